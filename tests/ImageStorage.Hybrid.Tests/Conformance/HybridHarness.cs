using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>A hybrid store of two halves, each with a harness of its own.</summary>
public abstract class HybridHarness(ProviderHarness catalog, ProviderHarness content, long inlineLimit) : ProviderHarness
{
    /// <summary>Some of the suite's small images go one way and some the other.</summary>
    public const long Mid = 250;

    public override bool CanDamage => catalog.CanDamage && content.CanDamage;

    public override IEnumerable<string> Secrets => [.. catalog.Secrets, .. content.Secrets];

    public override async ValueTask<IImageProvider> OpenAsync(TimeProvider clock) =>
        new HybridImageProvider(await catalog.OpenAsync(clock), await content.OpenAsync(clock), new HybridStorageOptions { InlineLimit = inlineLimit }, clock);

    public override async ValueTask DamageAsync(ImageKey key, StoreDamage damage)
    {
        // The bytes are damaged where they are.
        if (await FindReferenceAsync(key) is { } reference)
        {
            await content.DamageAsync(reference.Key, damage);
        }
        else
        {
            await catalog.DamageAsync(key, damage);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await catalog.DisposeAsync();
        await content.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Asks the catalog behind the back of the hybrid store.</summary>
    private protected abstract Task<ContentReference?> FindReferenceAsync(ImageKey key);

    private protected static async Task<ContentReference?> FindReferenceAsync(IImageProvider catalog, ImageKey key) =>
        ContentReference.In((await catalog.GetInfoAsync(key))?.Encoding);
}
