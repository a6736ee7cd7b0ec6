using System.Globalization;

namespace ImageStorage.Tool.Output;

/// <summary>Formats amounts for a person, independent of the culture.</summary>
internal static class Quantity
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>Returns bytes with three digits and a decimal unit, such as <c>1.23 MB</c>.</summary>
    public static string Bytes(long bytes)
    {
        var unit = 0;
        double amount = bytes;

        // 999.5 would be printed as 1000: 1.00 of the next unit is the same.
        while (amount >= 999.5 && unit < Units.Length - 1)
        {
            amount /= 1000;
            unit++;
        }

        var format = unit == 0 || amount >= 99.95 ? "0" : amount >= 9.995 ? "0.0" : "0.00";
        return $"{amount.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>Returns a count with its noun: <c>1 image</c>, <c>12,345 images</c>.</summary>
    public static string Count(long count, string noun) => CountOf(count, noun, noun + "s");

    /// <summary>Returns a count with a noun that has an irregular plural.</summary>
    public static string CountOf(long count, string singular, string plural) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? singular : plural)}");

    public static string Seconds(TimeSpan elapsed) => string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.0} s");

    /// <summary>Returns a rounded duration: <c>40 s</c>, <c>12 min</c>, <c>3.5 h</c>.</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds < 90
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0} s")
        : time.TotalMinutes < 90 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min") : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} h");

    /// <summary>Returns a time for scripts and for comparison: UTC, in seconds.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Returns a time in the local time zone.</summary>
    public static string LocalTime(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
