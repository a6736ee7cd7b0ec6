using ImageStorage.Errors;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Importing;

/// <summary>Turns a refusal by the library into a line of the report and a reason for the totals.</summary>
internal static class ImportRefusal
{
    // The accepted types are told once, with the totals.
    private const string AcceptedTypes = "; accepted are ";

    public static ImportResult Of(string path, ImageValidationException exception)
    {
        var reason = exception.Reason is { } clause ? $"{clause.Split(AcceptedTypes)[0]}." : exception.Message;
        return ImportResult.Refused(path, ProblemOf(exception), Printable.Line(Advice.ForTool(reason)));
    }

    private static ImportProblem ProblemOf(ImageValidationException exception) => exception.Message switch
    {
        var text when text.Contains("pixels", StringComparison.Ordinal) => ImportProblem.TooManyPixels,
        var text when text.Contains("MaxLength", StringComparison.Ordinal) => ImportProblem.TooLarge,
        var text when text.Contains(AcceptedTypes, StringComparison.Ordinal) => ImportProblem.UnsupportedType,
        var text when text.Contains("image key", StringComparison.Ordinal) => ImportProblem.InvalidName,
        var text when text.Contains("header", StringComparison.Ordinal) => ImportProblem.NotAnImage,
        _ => ImportProblem.Other,
    };
}
