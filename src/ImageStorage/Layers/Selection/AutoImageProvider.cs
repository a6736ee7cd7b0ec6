using System.Runtime.CompilerServices;
using ImageStorage.Coordination;
using ImageStorage.Diagnostics;
using ImageStorage.Parts;
using ImageStorage.Providers;

namespace ImageStorage.Selection;

/// <summary>
/// Uses the first available of several providers (<c>UseFirstAvailable</c>, <c>"Primary": "auto"</c>). The <see
/// cref="ProviderSelector"/> chooses; every call goes to the chosen provider.
/// </summary>
/// <remarks>
/// Capabilities must not change, so they are those that all candidates have, except
/// <see cref="ProviderCapabilities.MultiProcess"/>, which one candidate is enough for. Abilities, and the capabilities that
/// say which abilities exist, are those of the chosen provider; before the choice, those that all candidates have.
/// </remarks>
internal sealed partial class AutoImageProvider : IImageProvider, ICopyProvider, IVerifiableProvider, IImageWalk, ISweepableProvider, IStorageSpace
{
    public const string ProviderName = "Auto";

    private readonly ProviderSelector _selector;
    private readonly ProviderCapabilities _common;
    private ProviderCapabilities? _chosen;

    public AutoImageProvider(ProviderSelector selector)
    {
        _selector = selector;
        _common = selector.Candidates.Select(candidate => candidate.Provider.Capabilities).Aggregate(Common);
        Documents = new AutoDocumentStore(selector);
    }

    /// <summary>Gets the name of the chosen provider, so that messages and metrics name the provider in use.</summary>
    public string Name => _selector.Chosen?.Provider.Name ?? ProviderName;

    public ProviderCapabilities Capabilities => _chosen ?? (_selector.Chosen?.Provider.Capabilities is { } chosen
        ? _chosen = _common with { ReadUrls = chosen.ReadUrls, StorageTiers = chosen.StorageTiers }
        : _common);

    public IDocumentStore Documents { get; }

    public async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).PutAsync(request, cancellationToken).ConfigureAwait(false);

    public async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).OpenReadAsync(key, options, cancellationToken).ConfigureAwait(false);

    public async Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).GetInfoAsync(key, cancellationToken).ConfigureAwait(false);

    public async Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).UpdateAsync(key, update, cancellationToken).ConfigureAwait(false);

    public async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).DeleteAsync(key, options, cancellationToken).ConfigureAwait(false);

    public async Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).CopyAsync(request, cancellationToken).ConfigureAwait(false);

    public async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).ListAsync(query, cancellationToken).ConfigureAwait(false);

    public async Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).GetUsageAsync(cancellationToken).ConfigureAwait(false);

    public async Task<long?> GetAvailableBytesAsync(CancellationToken cancellationToken = default) =>
        await StorageSpace.OfAsync(await ChosenAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    public async Task CheckAsync(CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).CheckAsync(cancellationToken).ConfigureAwait(false);

    public async Task<SweepResult> SweepAsync(CancellationToken cancellationToken = default)
    {
        var chosen = await ChosenAsync(cancellationToken).ConfigureAwait(false);
        return await (chosen.GetAbility<ISweepableProvider>() ?? throw Lacks(chosen, "sweep")).SweepAsync(cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<WalkedImage> WalkAsync(WalkOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var image in (await ChosenAsync(cancellationToken).ConfigureAwait(false)).WalkAsync(options, cancellationToken).ConfigureAwait(false))
        {
            yield return image;
        }
    }

    public async IAsyncEnumerable<VerificationItem> VerifyAsync(VerificationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var chosen = await ChosenAsync(cancellationToken).ConfigureAwait(false);
        var verifiable = chosen.GetAbility<IVerifiableProvider>() ?? throw Lacks(chosen, "verification");
        await foreach (var item in verifiable.VerifyAsync(options, cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }
    }

    public TAbility? GetAbility<TAbility>()
        where TAbility : class =>
        typeof(TAbility) == typeof(IHealthContributor) || typeof(TAbility) == typeof(IPartsSource) || typeof(TAbility) == typeof(IStoreIdentitySource) ? this as TAbility
        : _selector.Chosen is { } chosen ? chosen.Provider.GetAbility<TAbility>()
        : typeof(TAbility) == typeof(IImageWalk) ? this as TAbility
        : _selector.Candidates.All(candidate => candidate.Provider.GetAbility<TAbility>() is not null) ? this as TAbility
        : null;

    public ValueTask DisposeAsync() => _selector.DisposeAsync();

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public override string ToString() =>
        $"{ProviderName}({string.Join(", ", _selector.Candidates.Select(candidate => $"{candidate.Name}: {candidate.Provider}"))}; {(_selector.Chosen is { } chosen ? $"uses {chosen.Name}" : "not chosen yet")})";

    private static ProviderCapabilities Common(ProviderCapabilities one, ProviderCapabilities other) => new()
    {
        MaxContentLength = one.MaxContentLength is { } length ? Math.Min(length, other.MaxContentLength ?? length) : other.MaxContentLength,
        MaxMetadataBytes = Math.Min(one.MaxMetadataBytes, other.MaxMetadataBytes),
        NativeOrders = [.. one.NativeOrders.Intersect(other.NativeOrders)],
        RangeRead = one.RangeRead && other.RangeRead,

        // Not a promise but a risk: leases and the revalidation of a cache depend on it, and the chosen candidate may be
        // the one that other processes write to.
        MultiProcess = one.MultiProcess || other.MultiProcess,
        Durable = one.Durable && other.Durable,
        ReadUrls = one.ReadUrls && other.ReadUrls,
        StorageTiers = one.StorageTiers && other.StorageTiers,
        RetainsVersions = one.RetainsVersions && other.RetainsVersions,
        Encryption = one.Encryption && other.Encryption,
        Recoding = one.Recoding || other.Recoding,
    };

    private static StorageNotSupportedException Lacks(IImageProvider chosen, string ability) =>
        new($"The provider that was chosen, {chosen.Name}, has no {ability}.") { Provider = chosen.Name };

    private async ValueTask<IImageProvider> ChosenAsync(CancellationToken cancellationToken) =>
        (await _selector.ChooseAsync(cancellationToken).ConfigureAwait(false)).Provider;
}
