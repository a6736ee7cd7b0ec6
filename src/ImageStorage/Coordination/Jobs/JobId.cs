using System.Globalization;
using ImageStorage.Providers;

namespace ImageStorage.Coordination.Jobs;

/// <summary>
/// The ids of jobs: the kind, a dot, and a number of eight digits, so that ids of a kind are in the order of the starts.
/// </summary>
internal static class JobId
{
    /// <summary>The prefix of the documents of jobs.</summary>
    public const string Prefix = DocumentCollections.Jobs + "/";

    private const int Digits = 8;
    private const int MaxNumber = 99_999_999;
    private const int MaxKindLength = 64;

    /// <summary>Checks the name of a kind: 1 to 64 characters of <c>a-z</c>, <c>0-9</c> and <c>-</c>.</summary>
    /// <exception cref="ArgumentException">The name breaks the rule.</exception>
    public static void CheckKind(string kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        if (!IsKind(kind))
        {
            throw new ArgumentException($"'{kind}' is not the name of a kind of jobs: use 1 to {MaxKindLength} characters of a-z, 0-9 and '-'.", nameof(kind));
        }
    }

    /// <summary>Checks that a number has eight digits at most.</summary>
    /// <exception cref="StorageNotSupportedException">The kind has no number left.</exception>
    public static void CheckNumber(string kind, int number)
    {
        if (number > MaxNumber)
        {
            throw new StorageNotSupportedException($"The kind '{kind}' of jobs has no number left after the document '{Prefix}{Of(kind, MaxNumber)}'. Delete the document.");
        }
    }

    public static string Of(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}.{number:D8}");

    public static DocumentName NameOf(string id) => Prefix + id;

    /// <summary>Returns the prefix of the documents of a kind.</summary>
    public static string PrefixOf(string kind) => $"{Prefix}{kind}.";

    /// <summary>Returns the kind and the number of an id; null for a text that is no id.</summary>
    public static (string Kind, int Number)? Parse(string id)
    {
        var dot = id.Length - Digits - 1;
        return dot > 0 && id[dot] == '.' && IsKind(id[..dot]) && int.TryParse(id[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (id[..dot], number)
            : null;
    }

    private static bool IsKind(string kind) => kind.Length is > 0 and <= MaxKindLength && kind.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
