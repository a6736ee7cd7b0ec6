using ImageStorage.Providers;
using ImageStorage.Settings;

namespace ImageStorage.Transactions;

/// <summary>
/// Reads the section <c>Transactions</c> of a store's configuration. The store has transactions if the section exists.
/// </summary>
internal static class TransactionSettings
{
    public static OptionsSection<ImageTransactionsOptions> Section { get; } = new("Transactions", Read, new ImageTransactionsOptionsValidator());

    private static void Read(SettingsReader reader, ImageTransactionsOptions options)
    {
        reader.Time(nameof(options.LeaseDuration), value => options.LeaseDuration = value);
        reader.TimeOrNone(nameof(options.RecoveryInterval), value => options.RecoveryInterval = value);
    }
}
