using System.CommandLine.Parsing;
using System.Globalization;
using ImageStorage.Errors;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary>Turns the words of a command line into values; what is wrong with a word is an error of usage.</summary>
internal static class Parsers
{
    public static StoreUri? Store(ArgumentResult result)
    {
        if (StoreUri.TryParse(result.Tokens[0].Value, out var uri, out var error))
        {
            return uri;
        }

        result.AddError(error);
        return null;
    }

    public static StoreUri[] Stores(ArgumentResult result)
    {
        var stores = new List<StoreUri>(result.Tokens.Count);
        foreach (var token in result.Tokens)
        {
            if (StoreUri.TryParse(token.Value, out var uri, out var error))
            {
                stores.Add(uri);
            }
            else
            {
                result.AddError(error);
            }
        }

        return [.. stores];
    }

    /// <summary>A key as typed, in the normalization form that keys have: a shell on macOS completes names in another one.</summary>
    public static ImageKey Key(ArgumentResult result) => Checked(result, text => new ImageKey(KeyText.Normalize(text)));

    public static ImageETag? ETag(ArgumentResult result) => Checked<ImageETag?>(result, text => new ImageETag(text.Trim('"')));

    /// <summary>A count from 1.</summary>
    public static long Count(ArgumentResult result)
    {
        if (long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
        {
            return count;
        }

        result.AddError($"'{result.Tokens[0].Value}' is not a count: give a whole number from 1.");
        return 0;
    }

    /// <summary>Pairs <c>name=value</c>, each name once.</summary>
    public static Dictionary<string, string> Pairs(ArgumentResult result)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var token in result.Tokens)
        {
            var equals = token.Value.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                result.AddError($"'{token.Value}' is no metadata: write name=value.");
            }
            else if (!pairs.TryAdd(token.Value[..equals], token.Value[(equals + 1)..]))
            {
                result.AddError($"The metadata name '{token.Value[..equals]}' is given twice.");
            }
        }

        return pairs;
    }

    private static T? Checked<T>(ArgumentResult result, Func<string, T> parse)
    {
        try
        {
            return parse(result.Tokens[0].Value);
        }
        catch (ImageValidationException exception)
        {
            result.AddError(exception.Message);
            return default;
        }
    }
}
