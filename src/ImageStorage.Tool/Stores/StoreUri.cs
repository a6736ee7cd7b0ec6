using System.Diagnostics.CodeAnalysis;

namespace ImageStorage.Tool.Stores;

/// <summary>
/// The name of a store on the command line: a scheme, a colon, and a location that the scheme interprets.
/// </summary>
internal sealed record StoreUri(StoreScheme Scheme, string Location)
{
    /// <summary>Reads a store URI; <paramref name="error"/> names the mistake and the remedy.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out StoreUri? uri, [NotNullWhen(false)] out string? error)
    {
        uri = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);

        // One letter before the colon is a drive of Windows, not a scheme.
        if (colon < 2)
        {
            error = $"The store '{text}' has no scheme: write {(text.Length == 0 ? StoreSchemes.Syntaxes : "file:" + text)} (known: {StoreSchemes.Syntaxes}).";
            return false;
        }

        if (StoreSchemes.Find(text[..colon]) is not { } scheme)
        {
            error = $"The store '{text}' has the unknown scheme '{text[..colon]}'; known: {StoreSchemes.Syntaxes}.";
            return false;
        }

        var location = text[(colon + 1)..];
        if (scheme.Check(location) is { } reason)
        {
            error = $"The store '{text}' is not complete: {reason}.";
            return false;
        }

        uri = new StoreUri(scheme, location);
        error = null;
        return true;
    }
}
