using System.Text;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Naming;

/// <summary>
/// Names on disk: reversible, never merged, legal on every file system (the rows on names of the security table; P8).
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class ImagePathsTests
{
    private static readonly int KeyCount = TestLength.Of(5_000, 20_000);
    private static readonly string[] DeviceLike = ["con.png", "com1.jpg", "nul.tar.gz", "aux.", "conx.png", ".png", "a.~", "a..b", "lpt9.txt"];

    [TestCase("avatar.jpg", "images/avatar.jpg")]
    [TestCase("users/42/avatar.jpg", "images/users/42/avatar.jpg")]
    [TestCase("Cat.jpg", "images/cat+1.jpg")]
    [TestCase("IMG_0001.JPG", "images/img_0001+.jpg")]
    [TestCase("photo.JPG", "images/photo+e0.jpg")]
    [TestCase("DSC_0001.jpg", "images/dsc_0001+7.jpg")]
    [TestCase("a.tar.GZ", "images/a.tar+30.gz")]
    [TestCase("CAT", "images/cat+.~")]
    [TestCase("Users/42/Cat", "images/users+1/42/cat+1.~")]
    [TestCase(".JPG", "images/+.jpg")]
    [TestCase("CON.x.JPG", "images/%43on.x+3b.jpg")]
    [TestCase("A.", "images/a%2e+.~")]
    [TestCase("cat", "images/cat.~")]
    [TestCase("cat/dog", "images/cat/dog.~")]
    [TestCase("cat.jpg/dog.jpg", "images/cat%2ejpg/dog.jpg")]
    [TestCase("con", "images/%63on.~")]
    [TestCase("con.jpg", "images/%63on.jpg")]
    [TestCase("con/nul/com1.png", "images/%63on/%6eul/%63om1.png")]
    [TestCase("CON.jpg", "images/%43on+3.jpg")]
    [TestCase("conx.jpg", "images/conx.jpg")]
    [TestCase("trailing.", "images/trailing%2e.~")]
    [TestCase("...", "images/..%2e")]
    [TestCase("a b.jpg", "images/a b.jpg")]
    [TestCase(" a /b ", "images/%20a%20/b%20.~")]
    [TestCase("100%.png", "images/100%25.png")]
    [TestCase("a+b~c!.png", "images/a%2bb%7ec%21.png")]
    [TestCase("ab:c*d?.png", "images/ab%3ac%2ad%3f.png")]
    [TestCase("é.png", "images/%c3%a9.png")]
    [TestCase("🐈.png", "images/%f0%9f%90%88.png")]
    public void Of_a_key_is_its_known_path(string key, string path) => Assert.That(ImagePaths.Of(key), Is.EqualTo(path));

    [Test]
    public void Of_a_long_segment_continues_in_folders()
    {
        var path = ImagePaths.Of(new string('a', 300) + ".jpg");

        Assert.That(path, Is.EqualTo($"images/{new string('a', 119)}~/{new string('a', 119)}~/{new string('a', 62)}.jpg"));
    }

    // Viewers go by the end of the name.
    [Test]
    public void Every_key_with_an_extension_ends_with_it_in_lower_case()
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        string[] extensions = ["jpg", "jpeg", "png", "gif", "webp", "avif", "heic"];
        var keys = new RandomKeys(seed);
        for (var i = 0; i < KeyCount; i++)
        {
            var extension = extensions[random.Next(extensions.Length)];
            var cased = string.Concat(extension.Select(c => random.Next(2) == 0 ? c : char.ToUpperInvariant(c)));
            if (ImageKey.TryParse($"{keys.Next()}.{cased}", out var key))
            {
                Assert.That(ImagePaths.Of(key), Does.EndWith("." + extension), $"seed {seed}, key '{key}'");
            }
        }
    }

    [Test]
    public void Plain_name_is_the_name_of_the_segment_with_the_same_text([Values("", "users/", "a.b/")] string front)
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        var plain = 0;
        for (var i = 0; i < KeyCount; i++)
        {
            var name = random.Next(4) == 0 ? DeviceLike[random.Next(DeviceLike.Length)] : new string([.. Enumerable.Range(0, random.Next(1, 130)).Select(_ => "ab.0-_~+ %A@="[random.Next(random.Next(2) == 0 ? 6 : 12)])]);
            if (ImagePaths.IsPlain(name) && ImageKey.TryParse(front + name, out var key))
            {
                plain++;
                Assert.That(ImagePaths.Of(key), Does.EndWith($"/{name}"), $"seed {seed}");
                Assert.That(ImagePaths.Decode(name, isDirectory: false), Is.EqualTo(new NamePart(NamePartKind.Image, name)), $"seed {seed}");
            }
        }

        Assert.That(plain, Is.GreaterThan(KeyCount / 100), $"seed {seed}");
    }

    [Test]
    public void Every_key_is_found_again_in_its_path()
    {
        var seed = TestSeed.Next();
        var keys = new RandomKeys(seed);
        for (var i = 0; i < KeyCount; i++)
        {
            var key = keys.Next();
            Assert.That(Decode(ImagePaths.Of(key)), Is.EqualTo(key.Value), $"seed {seed}");
        }
    }

    [Test]
    public void Every_name_is_short_ascii_and_legal_everywhere()
    {
        var seed = TestSeed.Next();
        var keys = new RandomKeys(seed);
        for (var i = 0; i < KeyCount; i++)
        {
            var key = keys.Next();
            foreach (var name in ImagePaths.Of(key).Split('/'))
            {
                Assert.That(NameRules.Strictest.Violation(name), Is.Null, $"seed {seed}, key '{key}', name '{name}'");
                Assert.That(name, Has.Length.LessThanOrEqualTo(ImagePaths.PieceLength + 2), $"seed {seed}, key '{key}'");
                Assert.That(Ascii.IsValid(name), Is.True, $"seed {seed}, key '{key}', name '{name}'");
            }
        }
    }

    [Test]
    public void No_two_keys_have_equal_names_if_case_and_normalisation_are_ignored()
    {
        var seed = TestSeed.Next();
        var keys = new RandomKeys(seed);
        var files = new Dictionary<string, ImageKey>(StringComparer.Ordinal);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < KeyCount; i++)
        {
            var key = keys.Next();
            foreach (var variant in Variants(key))
            {
                var path = NameRules.Strictest.Fold(ImagePaths.Of(variant));
                Assert.That(files.TryAdd(path, variant) || files[path] == variant, Is.True, $"seed {seed}: '{variant}' and '{files[path]}' share '{path}'");
                for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
                {
                    folders.Add(path[..slash]);
                }
            }
        }

        Assert.That(files.Keys.Where(folders.Contains), Is.Empty, $"seed {seed}: a file and a folder have the same path.");
    }

    [Test]
    public void Decode_of_any_name_does_not_throw()
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        const string Characters = "ab.~+%=!09fé \u0001\ud800";
        for (var i = 0; i < 50_000; i++)
        {
            var name = string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => Characters[random.Next(Characters.Length)]));
            var part = ImagePaths.Decode(name, isDirectory: random.Next(2) == 0);
            Assert.That(part.Kind == NamePartKind.Foreign || part.Text.Length > 0, Is.True, $"seed {seed}, '{name}'");
        }
    }

    [TestCase("thumbs.db~", false)]
    [TestCase("cat+g.jpg", false)]
    [TestCase("cat+1+1.jpg", false)]
    [TestCase("cat.x+1", false)]
    [TestCase("+.~", false)]
    [TestCase("cat+F.jpg", false)]
    [TestCase("cat+123456789012345678901234567890123.jpg", false)]
    [TestCase("%zz.jpg", false)]
    [TestCase("%ff.jpg", false)]
    [TestCase("noextension", false)]
    [TestCase("Upper.jpg", true)]
    [TestCase("with.dot", true)]
    [TestCase("", true)]
    [TestCase("~", true)]
    public void Decode_of_a_name_that_the_library_does_not_write_is_foreign(string name, bool isDirectory) => Assert.That(ImagePaths.Decode(name, isDirectory).Kind, Is.EqualTo(NamePartKind.Foreign));

    // Keys that file systems tend to merge with this one.
    private static IEnumerable<ImageKey> Variants(ImageKey key)
    {
        string[] texts = [key.Value, key.Value.ToUpperInvariant(), key.Value.ToLowerInvariant(), key.Value + ".", key.Value + " ", key.Value + ".~", key.Value + "/a", Fold(key.Value, NormalizationForm.FormKC)];
        foreach (var text in texts)
        {
            if (ImageKey.TryParse(text, out var variant))
            {
                yield return variant;
            }
        }
    }

    private static string Fold(string text, NormalizationForm form) => text.Normalize(form).Normalize(NormalizationForm.FormC);

    private static string Decode(string path)
    {
        var names = path.Split('/');
        var key = new StringBuilder();
        for (var i = 1; i < names.Length; i++)
        {
            var isDirectory = i < names.Length - 1;
            var part = ImagePaths.Decode(names[i], isDirectory);
            Assert.That(part.Kind, isDirectory ? Is.EqualTo(NamePartKind.Folder).Or.EqualTo(NamePartKind.Continued) : Is.EqualTo(NamePartKind.Image), $"'{path}'");
            key.Append(part.Text).Append(part.Kind == NamePartKind.Folder ? "/" : string.Empty);
        }

        return key.ToString();
    }
}
