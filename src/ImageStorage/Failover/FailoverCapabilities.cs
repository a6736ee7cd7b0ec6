using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>What a chain can do: what all of its providers can, so that it does not change with the one that is used.</summary>
internal static class FailoverCapabilities
{
    public static ProviderCapabilities Of(IImageProvider primary, IReadOnlyList<IImageProvider> fallbacks, bool isRouting)
    {
        var all = fallbacks.Select(fallback => fallback.Capabilities).Prepend(primary.Capabilities).ToList();
        return primary.Capabilities with
        {
            // An image that the primary takes may have to wait for a fallback that takes it, too; one that is longer has a fallback of its own.
            MaxContentLength = !isRouting ? primary.Capabilities.MaxContentLength : all.Exists(one => one.MaxContentLength is null) ? null : all.Max(one => one.MaxContentLength),
            MaxMetadataBytes = all.Min(one => one.MaxMetadataBytes),
            RangeRead = all.TrueForAll(one => one.RangeRead),
            MultiProcess = all.TrueForAll(one => one.MultiProcess),
            Durable = all.TrueForAll(one => one.Durable),
            ReadUrls = false,
            StorageTiers = false,

            // An image that is settled gets a new version on the primary.
            RetainsVersions = false,
        };
    }
}
