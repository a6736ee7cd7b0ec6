using System.Text;
using ImageStorage.AzureBlob.Naming;

namespace ImageStorage.AzureBlob.Tests.Naming;

/// <summary>
/// P8: names of blobs are reversible, in the order of keys, and contain nothing that a client or the service changes.
/// </summary>
public class KeyNamesTests
{
    private const string Alphabet = "aAzZ09-_.~ /!%{|}éЖ漢\uD7FF\uE000\uFFFD\u007B";

    [TestCase("users/42/avatar.jpg", "users/42/avatar.jpg")]
    [TestCase("a.", "a.-")]
    [TestCase("a./b", "a.-/b")]
    [TestCase("...", ".-.-.-")]
    [TestCase(".hidden", ".hidden")]
    public void Names_are_readable(string key, string name) => Assert.That(KeyNames.Encode(key), Is.EqualTo(name));

    [Test]
    public void Random_keys_are_decoded_and_ordered()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("IMAGESTORAGE_TEST_SEED"), out var given) ? given : Random.Shared.Next();
        TestContext.Out.WriteLine($"IMAGESTORAGE_TEST_SEED={seed}");
        var random = new Random(seed);
        var keys = Enumerable.Range(0, 20_000).Select(_ => RandomText(random)).Where(text => ImageKey.TryParse(text, out _)).Distinct(StringComparer.Ordinal).ToList();

        var names = keys.Order(StringComparer.Ordinal).Select(KeyNames.Encode).ToList();

        Assert.That(keys, Has.Count.GreaterThan(1_000));
        Assert.That(names.Zip(names.Skip(1)).Where(pair => string.CompareOrdinal(pair.First, pair.Second) >= 0), Is.Empty);
        foreach (var key in keys)
        {
            var name = KeyNames.Encode(key);
            Assert.That(KeyNames.TryDecode(name, out var decoded) && decoded.Value == key, Is.True, name);
            Assert.That(name.All(c => c is >= ' ' and <= '~' and not '\\'), Is.True, name);
            Assert.That(name.Split('/').Where(segment => segment.EndsWith('.') || segment.Length == 0), Is.Empty, name);
            Assert.That(name.Count(c => c == '/'), Is.LessThanOrEqualTo(100));
            var front = key[..random.Next(key.Length + 1)];
            Assert.That(name, Does.StartWith(KeyNames.EncodePrefix(char.IsHighSurrogate(front.LastOrDefault()) ? front[..^1] : front)));
        }
    }

    [TestCase("a.")]
    [TestCase("a//b")]
    [TestCase("../a")]
    [TestCase("|0")]
    [TestCase("{zz")]
    [TestCase("é")]
    [TestCase("")]
    public void Names_that_the_library_never_creates_are_not_decoded(string name) => Assert.That(KeyNames.TryDecode(name, out _), Is.False);

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var length = random.Next(1, random.Next(5) == 0 ? 260 : 7); length > 0; length--)
        {
            text.Append(random.Next(12) == 0 ? "\U0001F600" : random.Next(60) == 0 && text.Length > 0 ? "/x" : Alphabet[random.Next(Alphabet.Length)].ToString());
        }

        return text.ToString();
    }
}
