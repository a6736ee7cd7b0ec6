using System.Globalization;

namespace ImageStorage.Settings;

/// <summary>
/// The form of a duration in the configuration. <see cref="TimeSpan.Parse(string)"/> reads "30", "3600" and "24:00:00"
/// as days and "00:30" as minutes of an hour; an ambiguous setting is refused here.
/// </summary>
internal static class SettingsTime
{
    public const string Form = "a time as [days.]hours:minutes:seconds, such as 00:00:30, or 1.00:00:00 for a day";

    /// <summary>Returns the duration; null when the text has another form.</summary>
    public static TimeSpan? Parse(string text) => Parts(text) is [var hours, { Length: 1 or 2 }, _] && HoursOf(hours) < 24 && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Returns the probable meaning of the text in the correct form; null if the meaning is unclear.</summary>
    public static string? Suggest(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 1_000_000_000)
        {
            return $" ({seconds.ToString(CultureInfo.InvariantCulture)} seconds are {TimeSpan.FromSeconds(seconds):c})";
        }

        return Parts(text) is [var hours, var minutes, var rest] && HoursOf(hours) is >= 24 and < 100_000 and var count
            && TimeSpan.TryParse($"00:{minutes}:{rest}", CultureInfo.InvariantCulture, out var below)
            ? $" ({count.ToString(CultureInfo.InvariantCulture)} hours are {TimeSpan.FromHours(count) + below:c})"
            : null;
    }

    private static string[] Parts(string text) => text.Split(':');

    // The part after the days.
    private static int HoursOf(string text)
    {
        var hours = text[(text.LastIndexOf('.') + 1)..].TrimStart('-');
        return hours.Length > 0 && int.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : int.MaxValue;
    }
}
