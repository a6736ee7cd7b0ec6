using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>
/// Computes the capabilities of a chain: those that all providers have, so that they do not change with the provider in
/// use.
/// </summary>
internal static class FailoverCapabilities
{
    public static ProviderCapabilities Of(IImageProvider primary, IReadOnlyList<IImageProvider> fallbacks)
    {
        var all = fallbacks.Select(fallback => fallback.Capabilities).Prepend(primary.Capabilities).ToList();
        return primary.Capabilities with
        {
            // MaxContentLength remains the primary's limit: every image that the primary accepts is accepted while the
            // primary is up.
            MaxMetadataBytes = all.Min(one => one.MaxMetadataBytes),
            RangeRead = all.TrueForAll(one => one.RangeRead),
            MultiProcess = all.TrueForAll(one => one.MultiProcess),
            Durable = all.TrueForAll(one => one.Durable),
            ReadUrls = false,
            StorageTiers = false,

            // A replayed image gets a new version on the primary.
            RetainsVersions = false,
            Encryption = all.TrueForAll(one => one.Encryption),
            Recoding = all.Exists(one => one.Recoding),
        };
    }
}
