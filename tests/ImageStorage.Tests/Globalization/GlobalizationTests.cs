using System.Diagnostics;
using System.Globalization;

namespace ImageStorage.Tests.Globalization;

/// <summary>
/// The rules on text do not depend on the globalization mode or the culture of the process (A5): the tests of the rules, and the
/// conformance suite where text is stored, ordered and shown, run again in a process of each.
/// </summary>
public sealed class GlobalizationTests
{
    // Set in the processes that this test starts: how they must find the runtime.
    private const string Expected = "IMAGESTORAGE_GLOBALIZATION";
    private const string Filter =
        "FullyQualifiedName~Globalization|FullyQualifiedName~NormalizationFormC|FullyQualifiedName~ImageKeyTests|FullyQualifiedName~TextRulesTests|FullyQualifiedName~ImageInfo"
        + "|FullyQualifiedName~ImageSniffer|FullyQualifiedName~DocumentName|FullyQualifiedName~ByteRange|FullyQualifiedName~History|FullyQualifiedName~ImageStorageOptionsTests|FullyQualifiedName~ListPosition"
        + "|FullyQualifiedName~InMemoryKey|FullyQualifiedName~InMemoryListing|FullyQualifiedName~InMemoryMetadata|FullyQualifiedName~InMemoryDocument|FullyQualifiedName~InMemoryPaging";

    [TestCase("invariant", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")]
    [TestCase("tr-TR", "LC_ALL", "tr_TR.UTF-8")]
    [TestCase("th-TH", "LC_ALL", "th_TH.UTF-8")]
    public async Task Rules_on_text_hold_in_every_mode_and_culture(string mode, string variable, string value)
    {
        if (Environment.GetEnvironmentVariable(Expected) is not null)
        {
            Assert.Pass("This is the process that was started.");
        }

        if (OperatingSystem.IsWindows() && variable == "LC_ALL")
        {
            Assert.Ignore("The culture of a process on Windows is that of its user.");
        }

        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "test", typeof(GlobalizationTests).Assembly.Location, "--filter", Filter, "--", "NUnit.PreFilter=true" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[variable] = value;
        start.Environment[Expected] = mode;
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        TestContext.Out.WriteLine(await output);
        Assert.That(process.ExitCode, Is.Zero, await output + await errors);
        Assert.That(await output, Does.Match("Passed: +[1-9][0-9]{2,}"), "The process has run the tests.");
    }

    [Test]
    public void Process_is_in_the_mode_or_culture_that_it_was_started_in()
    {
        switch (Environment.GetEnvironmentVariable(Expected))
        {
            case null:
                Assert.Pass("The usual process.");
                break;
            case "invariant":
                Assert.That("e\u0301".IsNormalized(), Is.True, "The invariant mode has no normalization.");
                break;
            case var culture:
                Assert.That(CultureInfo.CurrentCulture.Name, Is.EqualTo(culture));
                break;
        }
    }

    [TestCase(".IMAGESTORAGE/a", "reserved")]
    [TestCase(".\u0131magestorage/a", null)]
    [TestCase(".imageſtorage/a", null)]
    [TestCase("cats/cafe\u0301.jpg", "normalization form C")]
    [TestCase("cats/caf\u00E9.jpg", null)]
    public void Rule_of_keys_is_the_same_in_every_mode(string key, string? rule) =>
        Assert.That(KeyRules.Violation(key), rule is null ? Is.Null : Does.Contain(rule));
}
