using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Importing;

/// <summary>Converts a refusal by the library to a line of the report and a reason for the totals.</summary>
internal static class ImportRefusal
{
    // The accepted types are printed once, with the totals.
    private const string AcceptedTypes = "; accepted are ";

    public static ImportResult Of(string path, ImageValidationException exception)
    {
        var reason = exception.Reason is { } clause ? $"{clause.Split(AcceptedTypes)[0]}." : exception.Message;
        return ImportResult.Refused(path, ProblemOf(exception.Kind), Printable.Line(Advice.ForTool(reason)));
    }

    private static ImportProblem ProblemOf(ImageValidationKind kind) => kind switch
    {
        ImageValidationKind.TooLarge => ImportProblem.TooLarge,
        ImageValidationKind.TooManyPixels => ImportProblem.TooManyPixels,
        ImageValidationKind.UnsupportedType => ImportProblem.UnsupportedType,
        ImageValidationKind.NotAnImage => ImportProblem.NotAnImage,
        ImageValidationKind.InvalidKey => ImportProblem.InvalidName,
        _ => ImportProblem.Other,
    };
}
