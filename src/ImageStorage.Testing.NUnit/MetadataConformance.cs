using System.Text;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests file name, metadata and tags: stored character by character, with their rules and the provider's limit.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class MetadataConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private static readonly string[] Texts =
    [
        "plain", " leading and trailing ", "x", "a=b;c,d", "\"quoted\" 'too'", "{\"json\": [1, null]}", "<xml/>&amp;", "50 % off", "%41%00", "C#", "ä ö ü ß é", "Ångström",
        "漢字かな交じり文", "Привет", "שלום", "مرحبا", "नमस्ते", "ไทย", "👨‍👩‍👧‍👦 😀", "\uE000\uFB01", "e\u0301 decomposed", "-1", "null", "true", "2026-01-02T03:04:05Z", "MD5:abc==", "~!@#$^&*()_+`",
    ];

    private static readonly string[] FileNames = ["a.png", "no extension", ".hidden", "...", "con", "aux.jpg", "two.dots.png", " spaces .png ", "Ünïcödé.png", "漢字.png", "😀.png", "semi;colon=\"q\".png", "per%20cent.png", "colon:star*.png", "trailing."];

    private static IEnumerable<TestCaseData> TextCases() => CasesOf(Texts);

    private static IEnumerable<TestCaseData> FileNameCases() => CasesOf(FileNames);

    // Representative: every third text, and those of which the encoding or the form is special.
    private static IEnumerable<TestCaseData> CasesOf(string[] texts) => texts
        .Select((text, i) => (Text: text, Index: i))
        .Where(one => !IsRepresentative || one.Index % 3 == 1 || one.Text.Any(char.IsSurrogate) || !one.Text.IsNormalized())
        .Select(one => new TestCaseData(one.Text).SetArgDisplayNames($"{one.Index}"));

    [TestCaseSource(nameof(TextCases))]
    public async Task Every_text_is_kept_as_metadata_and_as_tag(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var metadata = new Dictionary<string, string> { [text] = text, ["other"] = string.Empty };

        await SaveAsync("a.png", 1, new SaveOptions { Metadata = metadata, Tags = [text] });

        await AssertShownAsync(info =>
        {
            Assert.That(info.Metadata, Is.EquivalentTo(metadata));
            Assert.That(info.Tags, Is.EqualTo(new[] { text }));
        });
        Assert.That((await Storage.ListAsync(new ImageQuery { Tag = text })).Items, Has.Count.EqualTo(1));
    }

    [TestCaseSource(nameof(FileNameCases))]
    public async Task Every_file_name_is_kept(string fileName)
    {
        await SaveAsync("a.png", 1, new SaveOptions { FileName = fileName });

        await AssertShownAsync(info => Assert.That(info.FileName, Is.EqualTo(fileName)));
    }

    [Test]
    public async Task Line_breaks_and_tabs_are_kept_in_values()
    {
        await SaveAsync("a.png", 1, new SaveOptions { Metadata = new Dictionary<string, string> { ["text"] = "one\ntwo\r\n\tthree" } });

        await AssertShownAsync(info => Assert.That(info.Metadata["text"], Is.EqualTo("one\ntwo\r\n\tthree")));
    }

    [Test]
    public async Task Names_are_ordinal()
    {
        var metadata = new Dictionary<string, string> { ["name"] = "1", ["Name"] = "2", ["NAME"] = "3", ["na\u00EFve"] = "4", ["nai\u0308ve"] = "5" };

        await SaveAsync("a.png", 1, new SaveOptions { Metadata = metadata, Tags = ["z", "Z", "a", "z", "é", "e\u0301"] });

        await AssertShownAsync(info =>
        {
            Assert.That(info.Metadata, Is.EquivalentTo(metadata));
            Assert.That(info.Metadata.Keys, Is.EqualTo(metadata.Keys.Order(StringComparer.Ordinal)));
            Assert.That(info.Tags, Is.EqualTo(new[] { "Z", "a", "e\u0301", "z", "é" }));
        });
    }

    [Test]
    public async Task Many_entries_are_kept()
    {
        var count = Math.Min(100, Capabilities.MaxMetadataBytes / 40);
        var metadata = Enumerable.Range(0, count).ToDictionary(i => $"name{i:000}", i => $"value{i}");
        string[] tags = [.. Enumerable.Range(0, count).Select(i => $"t{i:000}")];

        await SaveAsync("a.png", 1, new SaveOptions { Metadata = metadata, Tags = tags });

        await AssertShownAsync(info =>
        {
            Assert.That(info.Metadata, Is.EquivalentTo(metadata));
            Assert.That(info.Tags, Is.EqualTo(tags));
        });
    }

    [TestCase("x")]
    [TestCase("é")]
    [TestCase("漢")]
    [TestCase("😀")]
    public async Task Exactly_what_the_provider_takes_is_kept_and_a_byte_more_is_refused(string unit)
    {
        var unitLength = Encoding.UTF8.GetByteCount(unit);
        var room = Capabilities.MaxMetadataBytes - "file.png".Length - "key".Length - "tag".Length;
        var value = string.Concat(Enumerable.Repeat(unit, room / unitLength)) + new string('x', room % unitLength);
        var options = new SaveOptions { FileName = "file.png", Tags = ["tag"], Metadata = new Dictionary<string, string> { ["key"] = value } };

        await SaveAsync("a.png", 1, options);
        var failure = await AssertFailsAsync<ImageValidationException>("b.png", () => SaveAsync("b.png", 1, options with { FileName = "file1.png" }));

        await AssertShownAsync(info => Assert.That(info.Metadata["key"], Is.EqualTo(value)));
        Assert.That(failure.Message, Does.Contain($"{Capabilities.MaxMetadataBytes}"));
        await AssertMissingAsync("b.png");
    }

    [Test]
    public async Task Longest_names_are_kept_and_longer_ones_refused()
    {
        var longest = new string('n', 128);
        var longestFile = new string('f', 251) + ".png";

        await SaveAsync("a.png", 1, new SaveOptions { FileName = longestFile, Metadata = new Dictionary<string, string> { [longest] = "1" }, Tags = [longest] });

        await AssertShownAsync(info => Assert.That((info.FileName, info.Tags[0], info.Metadata[longest]), Is.EqualTo((longestFile, longest, "1"))));
        await AssertRefusedAsync(new SaveOptions { FileName = "f" + longestFile }, "255");
        await AssertRefusedAsync(new SaveOptions { Metadata = new Dictionary<string, string> { [longest + "n"] = "1" } }, "128");
        await AssertRefusedAsync(new SaveOptions { Tags = [longest + "n"] }, "128");
    }

    [Test]
    public async Task Text_that_breaks_a_rule_is_refused_with_the_rule()
    {
        await AssertRefusedAsync(new SaveOptions { FileName = "" }, "file name");
        await AssertRefusedAsync(new SaveOptions { FileName = "a/b.png" }, "path");
        await AssertRefusedAsync(new SaveOptions { FileName = "a\\b.png" }, "path");
        await AssertRefusedAsync(new SaveOptions { FileName = ".." }, "path");
        await AssertRefusedAsync(new SaveOptions { FileName = "a\r\nSet-Cookie: x" }, "control");
        await AssertRefusedAsync(new SaveOptions { FileName = "a\uD800.png" }, "surrogate");
        await AssertRefusedAsync(new SaveOptions { Tags = [""] }, "tag");
        await AssertRefusedAsync(new SaveOptions { Tags = ["a\nb"] }, "control");
        await AssertRefusedAsync(new SaveOptions { Metadata = new Dictionary<string, string> { [""] = "1" } }, "name");
        await AssertRefusedAsync(new SaveOptions { Metadata = new Dictionary<string, string> { ["a\u0000"] = "1" } }, "control");
        await AssertRefusedAsync(new SaveOptions { Metadata = new Dictionary<string, string> { ["a"] = "\u0000" } }, "control");
        await AssertRefusedAsync(new SaveOptions { Metadata = new Dictionary<string, string> { ["a"] = "\uDC00" } }, "surrogate");
        await AssertRefusedAsync(new SaveOptions { Metadata = new Dictionary<string, string> { ["a"] = null! } }, "null");
    }

    [Test]
    public async Task Collections_of_the_caller_may_change_after_the_call()
    {
        var metadata = new Dictionary<string, string> { ["a"] = "1" };
        var tags = new List<string> { "t" };
        var saved = await SaveAsync("a.png", 1, new SaveOptions { Metadata = metadata, Tags = tags });

        metadata["a"] = "2";
        tags.Add("u");

        Assert.That((saved.Metadata["a"], saved.Tags.Length), Is.EqualTo(("1", 1)));
        await AssertShownAsync(info => Assert.That((info.Metadata["a"], info.Tags.Length), Is.EqualTo(("1", 1))));
    }

    private async Task AssertRefusedAsync(SaveOptions options, string rule)
    {
        var failure = await AssertFailsAsync<ImageValidationException>("refused.png", () => SaveAsync("refused.png", 1, options));
        Assert.That(failure.Message, Does.Contain(rule));
        await AssertMissingAsync("refused.png");
    }

    private async Task AssertShownAsync(Action<ImageInfo> assert)
    {
        await using var image = await Storage.GetAsync("a.png");
        assert((await Storage.GetInfoAsync("a.png"))!);
        assert(image!.Info);
        assert((await Storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Items[0]);
        assert((await Storage.ListAsync(new ImageQuery())).Items[0]);
    }
}
