using ImageStorage.Providers;

namespace ImageStorage.Tests.Validation;

public class TextRulesTests
{
    private static readonly ImageKey Key = "a.png";

    [Test]
    public void Check_freezes_metadata_and_tags_distinct_and_in_ordinal_order()
    {
        var (fileName, metadata, tags) = TextRules.Check(Key, "f.png", new Dictionary<string, string> { ["b"] = "2", ["B"] = "1" }, ["z", "a", "z", "Z"], 1_000);

        Assert.That(fileName, Is.EqualTo("f.png"));
        Assert.That(metadata.Keys, Is.EqualTo(new[] { "B", "b" }));
        Assert.That(tags, Is.EqualTo(new[] { "Z", "a", "z" }));
    }

    [Test]
    public void Check_of_nothing_is_empty()
    {
        var (fileName, metadata, tags) = TextRules.Check(Key, null, null, null, 0);

        Assert.That((fileName, metadata.Count, tags.IsDefault, tags.Length), Is.EqualTo((default(string), 0, false, 0)));
    }

    // "é" has two bytes, "😀" four; all parts count together.
    [TestCase(15, true)]
    [TestCase(14, false)]
    public void Check_measures_all_parts_in_UTF8_together(int maxBytes, bool valid)
    {
        void Check() => TextRules.Check(Key, "é.png", new Dictionary<string, string> { ["k"] = "😀" }, ["漢x"], maxBytes);

        Assert.That(Check, valid ? Throws.Nothing : Throws.TypeOf<ImageValidationException>().With.Message.Contains($"15 UTF-8 bytes together, more than the {maxBytes}"));
    }

    [TestCase("\u0000")]
    [TestCase("\u001B")]
    [TestCase("\u007F")]
    [TestCase("\u0085")]
    public void Control_characters_are_refused_everywhere(string control)
    {
        AssertRefused("a file name must not contain control", fileName: $"a{control}b");
        AssertRefused("a metadata name must not contain control", metadata: new() { [$"a{control}"] = "v" });
        AssertRefused("a metadata value must not contain control", metadata: new() { ["a"] = control });
        AssertRefused("a tag must not contain control", tags: [$"a{control}"]);
    }

    [TestCase(0xD800, 'x')]
    [TestCase('x', 0xD800)]
    [TestCase(0xDC00, 'x')]
    [TestCase(0xDC00, 0xD800)]
    public void Lone_surrogates_are_refused_everywhere(int first, int second)
    {
        var lone = new string([(char)first, (char)second]);
        AssertRefused("a file name must not contain lone surrogates", fileName: lone);
        AssertRefused("a metadata name must not contain lone surrogates", metadata: new() { [lone] = "v" });
        AssertRefused("a metadata value must not contain lone surrogates", metadata: new() { ["a"] = lone });
        AssertRefused("a tag must not contain lone surrogates", tags: [lone]);
    }

    [Test]
    public void Line_breaks_are_refused_except_in_values()
    {
        AssertRefused("a file name must not contain control", fileName: "a\nb");
        AssertRefused("a metadata name must not contain control", metadata: new() { ["a\r"] = "v" });
        AssertRefused("a tag must not contain control", tags: ["a\tb"]);
        Assert.That(() => TextRules.Check(Key, null, new Dictionary<string, string> { ["a"] = "b\r\n\tc" }, null, 100), Throws.Nothing);
    }

    [Test]
    public void Names_that_are_missing_or_too_long_are_refused()
    {
        AssertRefused("a file name has 1 to 255", fileName: string.Empty);
        AssertRefused("a file name has 1 to 255", fileName: new string('x', 256));
        AssertRefused("a file name must not be a path", fileName: "..");
        AssertRefused("a file name must not be a path", fileName: "a/b");
        AssertRefused("a metadata name has 1 to 128", metadata: new() { [string.Empty] = "v" });
        AssertRefused("a metadata name has 1 to 128", metadata: new() { [new string('x', 129)] = "v" });
        AssertRefused("the metadata value of 'a' is null", metadata: new() { ["a"] = null! });
        AssertRefused("a tag has 1 to 128", tags: [string.Empty]);
        AssertRefused("a tag has 1 to 128", tags: [null!]);
        AssertRefused("a tag has 1 to 128", tags: [new string('x', 129)]);
    }

    [Test]
    public void MetadataLimit_measures_a_record_as_the_rules_do()
    {
        var info = ImageInfoTests.Sample with { FileName = "é.png", Tags = ["漢x"] };
        const int Bytes = 6 + 2 + 4;

        Assert.That(() => MetadataLimit.Check(info, Bytes), Throws.Nothing);
        Assert.That(() => MetadataLimit.Check(info, Bytes - 1), Throws.TypeOf<ImageValidationException>().With.Message.Contains($"{Bytes} UTF-8 bytes"));
    }

    private static void AssertRefused(string rule, string? fileName = null, Dictionary<string, string>? metadata = null, string[]? tags = null)
    {
        var failure = Assert.Throws<ImageValidationException>(() => TextRules.Check(Key, fileName, metadata, tags, 10_000));
        Assert.That(failure!.Message, Does.Contain(rule).And.Contain("a.png"));
        Assert.That(failure.Key, Is.EqualTo(Key));
    }
}
