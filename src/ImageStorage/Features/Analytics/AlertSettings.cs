using ImageStorage.Providers;
using ImageStorage.Settings;

namespace ImageStorage.Analytics;

/// <summary>Reads the section <c>Alerts</c> of a store's configuration.</summary>
internal static class AlertSettings
{
    public static OptionsSection<AlertOptions> Section { get; } = new("Alerts", Read, new AlertOptionsValidator());

    private static void Read(SettingsReader reader, AlertOptions options)
    {
        reader.Time(nameof(options.Window), value => options.Window = value);
        reader.Count(nameof(options.MinimumOperations), value => options.MinimumOperations = value);
        reader.Ratio(nameof(options.ErrorRate), value => options.ErrorRate = value);
        reader.Time(nameof(options.P95), value => options.P95 = value);
        reader.Time(nameof(options.SlowOperation), value => options.SlowOperation = value);
        reader.Ratio(nameof(options.FillLevel), value => options.FillLevel = value);
        reader.Bytes(nameof(options.Capacity), value => options.Capacity = value, optional: true);
        reader.Count(nameof(options.PendingHints), value => options.PendingHints = value);
        reader.Address(nameof(options.PostTo), value => Post(reader, options, value));
    }

    private static void Post(SettingsReader reader, AlertOptions options, Uri address)
    {
        if (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        {
            options.PostTo(address);
        }
        else
        {
            reader.Refuse(nameof(options.PostTo), "is not an address of the web: set it to an address such as https://example.com/alerts");
        }
    }
}
