using ImageStorage.Providers;

namespace ImageStorage.Tool.Importing;

/// <summary>Outcomes and problems by the names that docs/tool.md promises.</summary>
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

    /// <summary>The problem for scripts.</summary>
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

    /// <summary>The problem for people, with what to do about it.</summary>
    public static string Describe(ImportProblem problem) => problem switch
    {
        ImportProblem.Empty => "empty",
        ImportProblem.NotAnImage => "no sound image (--only-images leaves out files that are no images)",
        ImportProblem.UnsupportedType => $"no image of an accepted type (accepted: {Accepted}; --only-images leaves out files that are no images)",
        ImportProblem.TooManyPixels => "too many pixels (--max-pixels raises the limit)",
        ImportProblem.TooLarge => "too large (--max-length and --max-header-length raise the limits)",
        ImportProblem.InvalidName => "a name that is no valid key (rename the file)",
        ImportProblem.UndecodableName => "a name that is not valid UTF-8 (rename the file)",
        ImportProblem.SameKey => "the same key as another file (rename one of them)",
        ImportProblem.Different => "another image under the key (--overwrite replaces it, --prefix stores elsewhere)",
        ImportProblem.Failed => "not readable",
        _ => "other reasons",
    };
}
