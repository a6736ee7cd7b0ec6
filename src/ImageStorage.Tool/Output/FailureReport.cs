using Microsoft.Extensions.Options;

namespace ImageStorage.Tool.Output;

/// <summary>Failures as the user sees them: one line that says what to do, and the rest only when asked for.</summary>
internal static class FailureReport
{
    /// <summary>Is this a failure that can happen to a sound program: a store, a file, a setting?</summary>
    public static bool IsExpected(Exception exception) => exception is ToolException or ImageStorageException or IOException or UnauthorizedAccessException or OptionsValidationException;

    /// <summary>Prints a failure.</summary>
    public static void Write(ToolConsole console, Exception exception, bool verbose)
    {
        var expected = IsExpected(exception);
        console.Error.WriteLine(expected
            ? $"error: {Describe(exception)}"
            : $"error: This is a mistake in imagestorage itself; please report it with the lines below. {Describe(exception)}");
        if (verbose || !expected)
        {
            console.Error.WriteLine(exception.ToString());
        }
    }

    public static string Describe(Exception exception) => Printable.Line(Advice.ForTool(exception.Message));
}
