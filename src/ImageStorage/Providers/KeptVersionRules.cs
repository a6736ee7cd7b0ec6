using System.Buffers;

namespace ImageStorage.Providers;

/// <summary>What every <see cref="IVersionKeeper"/> checks alike.</summary>
public static class KeptVersionRules
{
    private const int MostCharacters = 64;
    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Checks the id of a kept version.</summary>
    /// <exception cref="ImageValidationException">It is empty, too long or has other characters.</exception>
    public static void CheckId(string id)
    {
        if (!IsId(id))
        {
            throw new ImageValidationException(ImageValidationKind.InvalidVersion, $"The id of a kept version must be 1 to {MostCharacters} characters of a-z, 0-9 and '-'.");
        }
    }

    /// <summary>Checks the limit of a listing of kept versions.</summary>
    /// <exception cref="ImageValidationException">It is not 1 to 1,000.</exception>
    public static void CheckLimit(int limit)
    {
        if (limit is < 1 or > 1000)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidQuery, $"The limit of a listing of kept versions is {limit}; it must be 1 to 1000.");
        }
    }

    /// <summary>Can this be the id of a kept version?</summary>
    public static bool IsId(string? id) => id is { Length: > 0 and <= MostCharacters } && !id.AsSpan().ContainsAnyExcept(Characters);
}
