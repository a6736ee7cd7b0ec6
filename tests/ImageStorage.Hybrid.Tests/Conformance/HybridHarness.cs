using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>A hybrid store of two parts, each with a harness of its own.</summary>
public abstract class HybridHarness(ProviderHarness catalog, ProviderHarness content, long inlineLimit) : ProviderHarness
{
    /// <summary>
    /// The inline limit that sends about half of the small images of the suite to each part. All images that the suite
    /// damages are longer.
    /// </summary>
    public const long Mid = 250;

    private IImageProvider? _lastCatalog;

    public override bool CanDamage => content.CanDamage && inlineLimit <= Mid;

    public override bool CanDamageRecord => CanDamage && catalog.CanDamageRecord;

    public override IEnumerable<string> Secrets => [.. catalog.Secrets, .. content.Secrets];

    public override long GetClientAllocation(long length) => content.GetClientAllocation(length);

    public override async ValueTask<IImageProvider> OpenAsync(TimeProvider clock)
    {
        _lastCatalog = await catalog.OpenAsync(clock);
        var hybrid = new HybridImageProvider(_lastCatalog, await content.OpenAsync(clock), new HybridStorageOptions { InlineLimit = inlineLimit }, clock);
        try
        {
            // A second owner of a part that takes only one is refused by the first call.
            await hybrid.CheckAsync();
        }
        catch
        {
            await hybrid.DisposeAsync();
            throw;
        }

        return hybrid;
    }

    // The bytes are damaged where they are. The record of the image is in the catalog.
    public override async ValueTask DamageAsync(ImageKey key, StoreDamage damage) => await (damage == StoreDamage.Record
        ? catalog.DamageAsync(key, damage)
        : content.DamageAsync(ContentReference.In((await _lastCatalog!.GetInfoAsync(key))?.Encoding)!.Value.Key, damage));

    public override async ValueTask DisposeAsync()
    {
        await catalog.DisposeAsync();
        await content.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
