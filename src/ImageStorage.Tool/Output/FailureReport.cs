using Microsoft.Extensions.Options;

namespace ImageStorage.Tool.Output;

/// <summary>Prints a failure as one line with the remedy, and the details only with <c>--verbose</c>.</summary>
internal static class FailureReport
{
    /// <summary>Returns whether a failure has its cause in a store, a file or a setting, and not in the tool.</summary>
    public static bool IsExpected(Exception exception) => exception is ToolException or ImageStorageException or IOException or UnauthorizedAccessException or OptionsValidationException;

    /// <summary>Prints a failure.</summary>
    public static void Write(ToolConsole console, Exception exception, bool verbose)
    {
        var expected = IsExpected(exception);
        console.Error.WriteLine(expected
            ? $"error: {Describe(exception)}"
            : $"error: This is a defect of imagestorage; please report it with the lines below. {Describe(exception)}");
        if (verbose || !expected)
        {
            console.Error.WriteLine(exception.ToString());
        }
    }

    public static string Describe(Exception exception) => Printable.Line(Advice.ForTool(exception.Message));
}
