using System.Collections;
using System.Globalization;
using System.Text;

namespace ImageStorage;

/// <summary>
/// Prints records whose members are collections, which the compiler prints as names of types. A collection is printed as its first
/// <see cref="MaxItems"/> items; a dictionary as its names, since its values are the application's.
/// </summary>
internal static class RecordText
{
    private const int MaxItems = 10;

    /// <summary>Returns a record as text, in the form in which the compiler prints records.</summary>
    /// <param name="type">The name of the record.</param>
    /// <param name="members">The members, by name.</param>
    public static string Of(string type, params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var builder = new StringBuilder(type).Append(" { ");
        for (var i = 0; i < members.Length; i++)
        {
            builder.Append(i == 0 ? string.Empty : ", ").Append(members[i].Name).Append(" = ");
            Append(builder, members[i].Value);
        }

        return builder.Append(" }").ToString();
    }

    private static void Append(StringBuilder builder, object? value)
    {
        switch (value)
        {
            case string text:
                builder.Append(text);
                break;
            case IReadOnlyDictionary<string, string> dictionary:
                AppendItems(builder, dictionary.Keys);
                break;
            case IEnumerable items:
                AppendItems(builder, items);
                break;
            default:
                builder.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
        }
    }

    private static void AppendItems(StringBuilder builder, IEnumerable items)
    {
        builder.Append('[');
        var count = 0;
        foreach (var item in items)
        {
            if (++count <= MaxItems)
            {
                builder.Append(count == 1 ? string.Empty : ", ");
                Append(builder, item);
            }
        }

        if (count > MaxItems)
        {
            builder.Append(CultureInfo.InvariantCulture, $", and {count - MaxItems} more");
        }

        builder.Append(']');
    }
}
