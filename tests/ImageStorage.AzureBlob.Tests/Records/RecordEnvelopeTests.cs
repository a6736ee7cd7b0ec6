using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ImageStorage.AzureBlob.Records;

namespace ImageStorage.AzureBlob.Tests.Records;

/// <summary>The record as a metadata value of a blob: everything that the rules allow fits into 8 KiB.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RecordEnvelopeTests
{
    private const int MaxPropertyBytes = 1024;
    private static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal, StringComparer.Ordinal);

    // Any printable text; those with the most bits per byte are the hardest to store.
    private static readonly string[] Alphabets =
    [
        string.Concat(Enumerable.Range(' ', 95).Select(value => (char)value)),
        string.Concat(Enumerable.Range(0xA1, 0x700).Select(value => (char)value).Where(char.IsLetter)),
        string.Concat(Enumerable.Range(0x4E00, 0x5000).Select(value => (char)value)),
        string.Concat(Enumerable.Range(' ', 95).Concat(Enumerable.Range(0xC0, 0x100)).Select(value => (char)value)),
    ];

    [TestCase(1, 0)]
    [TestCase(2, 0)]
    [TestCase(3, 0)]
    [TestCase(1, 1)]
    [TestCase(2, 5)]
    [TestCase(8, 20)]
    [TestCase(100, 4000)]
    public void Longest_record_fits_whatever_its_texts_are(int nameLength, int valueLength)
    {
        var wanted = Environment.GetEnvironmentVariable("IMAGESTORAGE_TEST_SEED");
        var seed = wanted is null ? Random.Shared.Next() : int.Parse(wanted, CultureInfo.InvariantCulture);
        TestContext.Out.WriteLine($"seed {seed} (repeat with IMAGESTORAGE_TEST_SEED={seed})");
        var (random, longest) = (new Random(seed), 0);
        foreach (var alphabet in Alphabets)
        {
            foreach (var tagShare in new[] { 0, 2, 4 })
            {
                var record = Longest(random, alphabet, nameLength, valueLength, tagShare);
                var text = RecordEnvelope.Encode(record);
                longest = Math.Max(longest, text.Length);

                Assert.That(text.Length + RecordEnvelope.Name.Length, Is.LessThanOrEqualTo(8192), $"seed {seed}, {record.Info.Metadata.Count} names, {record.Info.Tags.Length} tags");
                Assert.That(RecordEnvelope.Decode(record.Info.Key, new Dictionary<string, string> { [RecordEnvelope.Name] = text }), Is.EqualTo(record), $"seed {seed}");
            }
        }

        TestContext.Out.WriteLine($"the longest has {longest} characters");
    }

    [Test]
    public void Damage_of_any_character_is_found()
    {
        var record = Longest(new Random(5), Alphabets[0], 10, 10, 2);
        var text = RecordEnvelope.Encode(record).ToCharArray();
        for (var i = 0; i < text.Length; i += 7)
        {
            var damaged = (char[])text.Clone();
            damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
            Assert.That(() => RecordEnvelope.Decode(record.Info.Key, new Dictionary<string, string> { [RecordEnvelope.Name] = new string(damaged) }), Throws.TypeOf<ImageCorruptedException>(), $"character {i}");
        }

        Assert.That(() => RecordEnvelope.Decode("other.png", new Dictionary<string, string> { [RecordEnvelope.Name] = new string(text) }), Throws.TypeOf<ImageCorruptedException>().With.Message.Contains("another key"));
    }

    [TestCase("")]
    [TestCase("A")]
    [TestCase("damaged")]
    [TestCase("not Base64, by any means")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAA=AAAA")]
    public void Text_that_is_no_record_is_damage(string text)
    {
        var metadata = new Dictionary<string, string> { [RecordEnvelope.Name] = text, ["imagestoragekey"] = text };

        Assert.That(() => RecordEnvelope.Decode("a.png", metadata), Throws.TypeOf<ImageCorruptedException>());
        Assert.That(() => RetainedKey.In("tx-1", metadata), Throws.TypeOf<ImageCorruptedException>());
    }

    private static ImageRecord Longest(Random random, string alphabet, int nameLength, int valueLength, int tagShare)
    {
        string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)]));
        var (fileName, tags, metadata) = (Text(20), new SortedSet<string>(StringComparer.Ordinal), None.ToBuilder());
        var left = RecordEnvelope.MaxTextBytes - Encoding.UTF8.GetByteCount(fileName);
        for (var failures = 0; failures < 200;)
        {
            var isTag = random.Next(4) < tagShare;
            var (name, value) = (Text(nameLength), isTag ? string.Empty : Text(valueLength));
            var length = Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
            var added = length <= left && (isTag ? tags.Add(name) : metadata.TryAdd(name, value));
            left -= added ? length : 0;
            failures += added ? 0 : 1;
        }

        // What is left over, in one entry.
        metadata["~rest"] = new string('r', Math.Max(0, left - 5));
        return new ImageRecord
        {
            Info = new ImageInfo
            {
                Key = "users/42/avatar.png",
                ContentType = "image/png",
                Length = long.MaxValue,
                Width = int.MaxValue,
                Height = int.MaxValue,
                Orientation = ImageOrientation.LeftBottom,
                FrameCount = int.MaxValue,
                Sha256 = new Sha256Digest([.. Enumerable.Range(0, 32).Select(_ => (byte)random.Next())]),
                XxHash128 = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()),
                CreatedAt = new DateTimeOffset(2026, 11, 29, 0, 0, 0, TimeSpan.Zero).AddTicks(1),
                ModifiedAt = new DateTimeOffset(2026, 11, 29, 0, 0, 1, TimeSpan.Zero).AddTicks(3),
                ETag = new ImageETag("0123456789abcdef0123456789abcdef-0123456789abcdef"),
                FileName = fileName,
                Metadata = metadata.ToImmutable(),
                Tags = [.. tags],
                Properties = LongestProperties(random),
                Encoding = new ImageEncoding { Name = "aes-256-gcm", StoredLength = long.MaxValue, OriginalLength = long.MaxValue },
            },
            StoredLength = long.MaxValue,
            StoredHash = UInt128.MaxValue,
            Payload = Guid.NewGuid(),
            EntryId = (ulong)random.NextInt64(),
        };
    }

    private static ImmutableSortedDictionary<string, string> LongestProperties(Random random)
    {
        var (properties, left) = (None.ToBuilder(), MaxPropertyBytes);
        while (left >= 30)
        {
            var (name, value) = ($"p{random.Next(1000)}.n{random.Next(1000)}", Convert.ToBase64String(BitConverter.GetBytes(random.NextInt64())));
            left -= properties.TryAdd(name, value) ? name.Length + value.Length : 0;
        }

        return properties.ToImmutable();
    }
}
