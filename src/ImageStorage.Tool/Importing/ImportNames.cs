using ImageStorage.Providers;

namespace ImageStorage.Tool.Importing;

/// <summary>Names the outcomes and problems of an import. docs/guide/tool.md documents the names.</summary>
internal static class ImportNames
{
    private static readonly string Accepted = string.Join(", ", ImageFormats.Default.Select(format => format.ContentType));

    public static string Of(ImportOutcome outcome) => outcome switch
    {
        ImportOutcome.Stored => "stored",
        ImportOutcome.Replaced => "replaced",
        ImportOutcome.Unchanged => "unchanged",
        ImportOutcome.Existing => "existing",
        ImportOutcome.Ignored => "ignored",
        ImportOutcome.Refused => "refused",
        _ => "failed",
    };

    /// <summary>Returns the name of a problem in JSON.</summary>
    public static string Of(ImportProblem problem) => problem switch
    {
        ImportProblem.Empty => "empty",
        ImportProblem.NotAnImage => "not-an-image",
        ImportProblem.UnsupportedType => "unsupported-type",
        ImportProblem.TooManyPixels => "too-many-pixels",
        ImportProblem.TooLarge => "too-large",
        ImportProblem.InvalidName => "invalid-name",
        ImportProblem.UndecodableName => "undecodable-name",
        ImportProblem.SameKey => "same-key",
        ImportProblem.Different => "different",
        ImportProblem.Failed => "failed",
        _ => "other",
    };

    /// <summary>Returns a description of a problem, with the remedy.</summary>
    public static string Describe(ImportProblem problem) => problem switch
    {
        ImportProblem.Empty => "empty",
        ImportProblem.NotAnImage => "not a sound image (--only-images leaves out files that are not images)",
        ImportProblem.UnsupportedType => $"not an image of an accepted type (accepted: {Accepted}; --only-images leaves out files that are not images)",
        ImportProblem.TooManyPixels => "too many pixels (--max-pixels raises the limit)",
        ImportProblem.TooLarge => "too large (--max-length and --max-header-length raise the limits)",
        ImportProblem.InvalidName => "a name that is not a valid key (rename the file)",
        ImportProblem.UndecodableName => "a name that is not valid UTF-8 (rename the file)",
        ImportProblem.SameKey => "the same key as another file (rename one of them)",
        ImportProblem.Different => "another image under the key (--overwrite replaces it, --prefix stores elsewhere)",
        ImportProblem.Failed => "not readable",
        _ => "other reasons",
    };
}
