using System.Text;
using CsCheck;

namespace ImageStorage.Tests;

public class ImageKeyTests
{
    [TestCase("", "must not be empty")]
    [TestCase("/a.png", "leading '/'")]
    [TestCase("/", "leading '/'")]
    [TestCase("//server/share", "leading '/'")]
    [TestCase("a//b", "empty segments")]
    [TestCase("a/", "empty segments")]
    [TestCase("a/b/", "empty segments")]
    [TestCase(".", "'.' or '..'")]
    [TestCase("..", "'.' or '..'")]
    [TestCase("a/../b", "'.' or '..'")]
    [TestCase("a/./b", "'.' or '..'")]
    [TestCase("../a", "'.' or '..'")]
    [TestCase("a/..", "'.' or '..'")]
    [TestCase("a\\b", "backslash")]
    [TestCase("..\\a", "backslash")]
    [TestCase("\\\\server\\share", "backslash")]
    [TestCase("C:", "drive letter")]
    [TestCase("c:/windows", "drive letter")]
    [TestCase("z:a", "drive letter")]
    [TestCase("a\0b", "NUL")]
    [TestCase("a\nb", "control characters (U+000A at 1)")]
    [TestCase("a\u001Bb", "control characters (U+001B")]
    [TestCase("a\u007F", "control characters (U+007F")]
    [TestCase("a\u0085", "control characters (U+0085")]
    [TestCase("a\u202Egnp.exe", "bidirectional")]
    [TestCase("a\u2066b", "bidirectional")]
    [TestCase("\u200Fa", "bidirectional")]
    [TestCase("\u061Ca", "bidirectional")]
    [TestCase("a\u2028b", "line-separating")]
    [TestCase("a\uFFFEb", "non-characters")]
    [TestCase("a\uFDD0b", "non-characters")]
    [TestCase("a\uD83F\uDFFFb", "non-characters")]
    [TestCase("e\u0301", "normalization form C")]
    [TestCase("\u212B", "normalization form C")]
    [TestCase(".imagestorage", "reserved")]
    [TestCase(".imagestorage/a", "reserved")]
    [TestCase(".ImageStorage/a", "reserved")]
    public void Key_that_breaks_a_rule_is_refused_with_the_rule(string text, string rule)
    {
        var failure = Assert.Throws<ImageValidationException>(() => _ = new ImageKey(text));

        Assert.That(failure!.Message, Does.Contain(rule));
        Assert.That(ImageKey.TryParse(text, out _), Is.False);
    }

    // Made from numbers: metadata of .NET keeps the arguments of attributes in UTF-8, which has no lone surrogates.
    [TestCase('a', 0xD83D, "(U+D83D at 1)")]
    [TestCase(0xDE00, 'a', "(U+DE00 at 0)")]
    [TestCase(0xDE00, 0xD83D, "(U+DE00 at 0)")]
    [TestCase(0xD83D, 0xD83D, "(U+D83D at 0)")]
    public void Key_with_a_lone_surrogate_is_refused_with_its_place(int first, int second, string place)
    {
        var text = new string([(char)first, (char)second]);

        Assert.That(() => new ImageKey(text), Throws.TypeOf<ImageValidationException>().With.Message.Contains($"lone surrogates {place}"));
        Assert.That(ImageKey.TryParse(text, out _), Is.False);
    }

    [TestCase(512, true)]
    [TestCase(513, false)]
    [TestCase(100_000, false)]
    public void Key_has_at_most_512_bytes(int length, bool valid)
    {
        Assert.That(ImageKey.TryParse(new string('a', length), out _), Is.EqualTo(valid));
        if (!valid)
        {
            Assert.That(() => new ImageKey(new string('a', length)), Throws.TypeOf<ImageValidationException>().With.Message.Contains("512 UTF-8 bytes").And.Message.Length.LessThan(300));
        }
    }

    // Bytes count, not characters: 171 characters of three bytes are one byte too many.
    [TestCase("漢", 170, true)]
    [TestCase("漢", 171, false)]
    [TestCase("é", 256, true)]
    [TestCase("é", 257, false)]
    [TestCase("😀", 128, true)]
    [TestCase("😀", 129, false)]
    public void Key_is_measured_in_UTF8(string unit, int count, bool valid) =>
        Assert.That(ImageKey.TryParse(string.Concat(Enumerable.Repeat(unit, count)), out _), Is.EqualTo(valid));

    [TestCase("a/.imagestorage/b")]
    [TestCase(".imagestorage2")]
    [TestCase("...")]
    [TestCase("1:/a")]
    [TestCase("a\u200D")]
    [TestCase("CON")]
    public void Key_that_only_looks_bad_is_taken_as_it_is(string text) => Assert.That(new ImageKey(text).Value, Is.EqualTo(text));

    [Test]
    public void Message_shows_the_key_shortened_and_harmless()
    {
        var failure = Assert.Throws<ImageValidationException>(() => _ = new ImageKey("evil\u001B[31m\n\u202E" + new string('x', 5_000)));

        Assert.That(failure!.Message, Does.Contain("evil\\u001b[31m\\u000a\\u202e").And.Contain("…"));
        Assert.That(failure.Message.Any(char.IsControl), Is.False);
        Assert.That(failure.Message, Has.Length.LessThan(300));
    }

    [Test]
    public void Default_key_names_nothing()
    {
        Assert.That(() => default(ImageKey).Value, Throws.TypeOf<ImageValidationException>().With.Message.Contains("default(ImageKey)"));
        Assert.That(default(ImageKey).ToString(), Is.Empty);
        Assert.That(default(ImageKey), Is.Not.EqualTo(new ImageKey("a")));
        Assert.That(default(ImageKey).GetHashCode(), Is.Zero);
    }

    [Test]
    public void New_makes_keys_that_are_valid_distinct_and_in_the_order_of_time()
    {
        var keys = Enumerable.Range(0, 200).Select(_ => ImageKey.New()).ToList();

        Assert.That(keys, Is.Unique);
        Assert.That(keys.Select(key => key.Value), Has.All.Length.EqualTo(32));
        Assert.That(keys.Select(key => key.Value[..12]), Is.Ordered.Ascending, "The first 12 digits are the milliseconds.");
        Assert.That(ImageKey.New("users/42").Value, Does.StartWith("users/42/").And.Length.EqualTo(41));
        Assert.That(() => ImageKey.New(".."), Throws.TypeOf<ImageValidationException>());
    }

    [Test]
    public void Parse_and_conversion_do_what_the_constructor_does()
    {
        var expected = new ImageKey("a/b.png");

        Assert.That(ImageKey.Parse("a/b.png", null), Is.EqualTo(expected));
        Assert.That(ImageKey.Parse("a/b.png".AsSpan(), null), Is.EqualTo(expected));
        Assert.That((ImageKey)"a/b.png", Is.EqualTo(expected));
        Assert.That(ImageKey.TryParse("a/b.png".AsSpan(), null, out var parsed) && parsed == expected, Is.True);
        Assert.That(() => ImageKey.Parse("..", null), Throws.TypeOf<ImageValidationException>());
    }

    [Test]
    public void Order_and_equality_are_ordinal() => Gen.Select(Gen.String, Gen.String).Sample((x, y) =>
    {
        if (!ImageKey.TryParse(x, out var first) || !ImageKey.TryParse(y, out var second))
        {
            return true;
        }

        var expected = string.CompareOrdinal(x, y);
        return Math.Sign(first.CompareTo(second)) == Math.Sign(expected) && first == second == (expected == 0) && first != second == (expected != 0)
            && first < second == expected < 0 && first <= second == expected <= 0 && first > second == expected > 0 && first >= second == expected >= 0
            && (first != second || first.GetHashCode() == second.GetHashCode());
    });

    // P8: whatever comes in, a key either keeps every rule or is refused by the validation exception.
    [Test]
    public void Any_text_is_a_key_that_keeps_the_rules_or_is_refused() => Gen.OneOf(Gen.String, Gen.String["./\\:aA\0\u202e\ud800é"]).Sample(text =>
    {
        if (!ImageKey.TryParse(text, out var key))
        {
            Assert.That(() => new ImageKey(text), Throws.TypeOf<ImageValidationException>());
            return true;
        }

        return key.Value == text && text.IsNormalized(NormalizationForm.FormC) && Encoding.UTF8.GetByteCount(text) is > 0 and <= ImageKey.MaxBytes
            && text.Split('/').All(segment => segment is not ("" or "." or ".."))
            && !text.Contains('\\', StringComparison.Ordinal) && !text.Any(char.IsControl)
            && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
    });
}
