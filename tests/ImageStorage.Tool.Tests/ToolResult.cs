using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ImageStorage.Tool.Tests;

/// <summary>The result of one run of the tool.</summary>
internal sealed partial record ToolResult(int ExitCode, byte[] OutBytes, string Error)
{
    public string Out => Encoding.UTF8.GetString(OutBytes);

    public string[] OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The one document on standard output.</summary>
    public JsonElement Json => JsonDocument.Parse(OutBytes).RootElement;

    // What a user of the tool cannot set: names of the library's settings and of its API.
    [GeneratedRegex(@"\b(Validation|AzureBlob|LiteDb|FileSystem|Hybrid|[A-Z][A-Za-z]+Options)\.[A-Z]|CreateIfMissing|\bIStorage|\brewind\b|\.part\b|\\u000a")]
    private static partial Regex ApiAdvice();

    /// <summary>Checks that the run succeeded and complained about nothing.</summary>
    public ToolResult Succeeded()
    {
        Assert.That(Error, Is.Empty);
        Assert.That(ExitCode, Is.EqualTo(0), Out);
        return this;
    }

    /// <summary>Checks that the run succeeded with this note on standard error.</summary>
    public ToolResult SucceededWithNote(string note)
    {
        Assert.That((ExitCode, Error.TrimEnd()), Is.EqualTo((0, note)), Out);
        return this;
    }

    /// <summary>Checks that the run failed with this exit code and one line that says why.</summary>
    public ToolResult Failed(int exitCode, string reason)
    {
        Assert.That(ExitCode, Is.EqualTo(exitCode), Out + Error);
        Assert.That(Error, Does.StartWith("error: ").And.Contain(reason));
        Assert.That(Error, Does.Not.Contain("   at "), "a stack trace is for --verbose");
        Assert.That(ApiAdvice().Match(Error).Value, Is.Empty, Error);
        return this;
    }
}
