using System.CommandLine.Parsing;
using System.Globalization;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary>Converts the words of a command line to values. An invalid word is an error of usage.</summary>
internal static class Parsers
{
    private static readonly OrderedDictionary<string, long> ByteUnits = new(StringComparer.OrdinalIgnoreCase)
    {
        [string.Empty] = 1,
        ["B"] = 1,
        ["kB"] = 1000,
        ["MB"] = 1000_000,
        ["GB"] = 1000_000_000,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
    };

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

    /// <summary>
    /// Returns a key in the normalization form of keys: a shell on macOS completes names in another form.
    /// </summary>
    public static ImageKey Key(ArgumentResult result) => Checked(result, text => new ImageKey(KeyText.Normalize(text)));

    /// <summary>Returns a prefix of keys, after checking that a valid key can begin with the prefix.</summary>
    public static string? Prefix(ArgumentResult result) => Checked(result, text =>
    {
        var prefix = KeyText.Normalize(text);
        _ = new ImageKey(prefix + "x");
        return prefix;
    });

    public static ImageETag? ETag(ArgumentResult result) => Checked<ImageETag?>(result, text => new ImageETag(text.Trim('"')));

    /// <summary>Returns a count from 1.</summary>
    public static long Count(ArgumentResult result)
    {
        if (long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
        {
            return count;
        }

        result.AddError($"'{result.Tokens[0].Value}' is not a count: give a whole number from 1.");
        return 0;
    }

    /// <summary>Returns a number of bytes, with or without a unit: <c>5000000</c>, <c>5MB</c>, <c>5MiB</c>.</summary>
    public static long? Bytes(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var unit = digits < 0 ? string.Empty : text[digits..].Trim();
        if (ByteUnits.TryGetValue(unit, out var factor)
            && long.TryParse(digits < 0 ? text : text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0 && count <= long.MaxValue / factor)
        {
            return count * factor;
        }

        result.AddError($"'{text}' is not a number of bytes: give a whole number, with a unit if you like ({string.Join(", ", ByteUnits.Keys.Where(name => name.Length > 1))}).");
        return null;
    }

    /// <summary>Returns the value of one of several words.</summary>
    public static T? Choice<T>(ArgumentResult result, IReadOnlyDictionary<string, T> choices)
    {
        if (choices.TryGetValue(result.Tokens[0].Value, out var choice))
        {
            return choice;
        }

        result.AddError($"'{result.Tokens[0].Value}' is none of {string.Join(", ", choices.Keys)}.");
        return default;
    }

    /// <summary>Returns pairs <c>name=value</c>, each name once.</summary>
    public static Dictionary<string, string> Pairs(ArgumentResult result)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var token in result.Tokens)
        {
            var equals = token.Value.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                result.AddError($"'{token.Value}' is not metadata: write name=value.");
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
