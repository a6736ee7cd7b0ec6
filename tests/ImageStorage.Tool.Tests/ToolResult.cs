using System.Text;
using System.Text.Json;

namespace ImageStorage.Tool.Tests;

/// <summary>What one run of the tool left behind.</summary>
internal sealed record ToolResult(int ExitCode, byte[] OutBytes, string Error)
{
    public string Out => Encoding.UTF8.GetString(OutBytes);

    public string[] OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The one document on standard output.</summary>
    public JsonElement Json => JsonDocument.Parse(OutBytes).RootElement;

    /// <summary>Checks that the run succeeded and complained about nothing.</summary>
    public ToolResult Succeeded()
    {
        Assert.That(Error, Is.Empty);
        Assert.That(ExitCode, Is.EqualTo(0), Out);
        return this;
    }

    /// <summary>Checks that the run failed with this exit code and one line that says why.</summary>
    public ToolResult Failed(int exitCode, string reason)
    {
        Assert.That(ExitCode, Is.EqualTo(exitCode), Out + Error);
        Assert.That(Error, Does.StartWith("error: ").And.Contain(reason));
        Assert.That(Error, Does.Not.Contain("   at "), "a stack trace is for --verbose");
        return this;
    }
}
