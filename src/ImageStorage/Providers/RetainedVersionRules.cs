using System.Buffers;

namespace ImageStorage.Providers;

/// <summary>
/// The rules of the ids of retained versions: the prefixes of the owners, and the argument checks that every
/// <see cref="IVersionKeeper"/> makes. An owner lists and drops only ids with its own prefix. An application that retains
/// versions uses a prefix of its own.
/// </summary>
public static class RetainedVersionRules
{
    /// <summary>The prefix of the versions that transactions retain. Their recovery drops such versions.</summary>
    public const string Transactions = "tx-";

    /// <summary>The prefix of the versions of deleted images in the recycle bin.</summary>
    public const string RecycleBin = "bin-";

    /// <summary>The prefix of the damaged versions that a repair has set aside.</summary>
    public const string Quarantine = "quarantine-";

    private const int MaxLength = 64;
    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Checks the id of a retained version.</summary>
    /// <exception cref="ArgumentException">The id is empty, too long, or has other characters.</exception>
    public static void CheckId(string id)
    {
        if (!IsId(id))
        {
            throw new ArgumentException($"The id of a retained version must be 1 to {MaxLength} characters of a-z, 0-9 and '-'.", nameof(id));
        }
    }

    /// <summary>Checks the limit of a listing of retained versions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not between 1 and 1,000.</exception>
    public static void CheckLimit(int limit)
    {
        if (limit is < 1 or > 1000)
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "The limit of a listing of retained versions must be 1 to 1000.");
        }
    }

    /// <summary>Returns whether a text is a valid id of a retained version.</summary>
    public static bool IsId(string? id) => id is { Length: > 0 and <= MaxLength } && !id.AsSpan().ContainsAnyExcept(Characters);
}
