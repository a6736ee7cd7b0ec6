using ImageStorage.Diagnostics;
using ImageStorage.Providers;

namespace ImageStorage.Resilience;

/// <summary>
/// Limits the calls of one provider in time, repeats those that may safely happen twice after a transient failure, and stops
/// asking for a while when too many fail. A conditional write is made once: after a lost answer its repetition would find its own
/// effect and report a conflict. A delete is made once: its repetition would answer that there was nothing.
/// </summary>
internal sealed class ResilienceProvider : DelegatingImageProvider, IHealthContributor
{
    private readonly ProviderPipelines _pipelines;
    private readonly ResilienceCalls _calls;
    private readonly ResilienceCalls _saves;
    private readonly ResilienceOptions _options;
    private ResilientDocumentStore? _documents;

    public ResilienceProvider(IImageProvider inner, ResilienceOptions options, TimeProvider clock)
        : base(inner)
    {
        (_options, _pipelines) = (options, new ProviderPipelines(options, clock));
        _calls = new ResilienceCalls(_pipelines, _pipelines.Call, Name);
        _saves = new ResilienceCalls(_pipelines, _pipelines.Save, Name);
    }

    public override IDocumentStore Documents => _documents ??= new ResilientDocumentStore(Inner.Documents, _calls);

    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        request.Precondition is not null || _options.MaxRetries == 0
            ? _saves.OnceAsync((Inner, request), static (call, time) => PutWatchedAsync(call.Inner, call.request, time), cancellationToken)
            : request.Content is { CanRewind: false } ? PutSpooledAsync(request, cancellationToken) : PutRepeatedAsync(request, cancellationToken);

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        _calls.RepeatedAsync((Inner, key, options), static (call, time) => call.Inner.OpenReadAsync(call.key, call.options, time.Token), cancellationToken);

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        _calls.RepeatedAsync((Inner, key), static (call, time) => call.Inner.GetInfoAsync(call.key, time.Token), cancellationToken);

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default) =>
        update.Precondition is null
            ? _calls.RepeatedAsync((Inner, key, update), static (call, time) => call.Inner.UpdateAsync(call.key, call.update, time.Token), cancellationToken)
            : _calls.OnceAsync((Inner, key, update), static (call, time) => call.Inner.UpdateAsync(call.key, call.update, time.Token), cancellationToken);

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        _calls.OnceAsync((Inner, key, options), static (call, time) => call.Inner.DeleteAsync(call.key, call.options, time.Token), cancellationToken);

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) =>
        _calls.RepeatedAsync((Inner, query), static (call, time) => call.Inner.ListAsync(call.query, time.Token), cancellationToken);

    public override Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) =>
        _calls.RepeatedAsync(Inner, static (inner, time) => inner.GetUsageAsync(time.Token), cancellationToken);

    public override async Task CheckAsync(CancellationToken cancellationToken = default) => await _calls.OnceAsync(
        Inner,
        static async (inner, time) =>
        {
            await inner.CheckAsync(time.Token).ConfigureAwait(false);
            return true;
        },
        cancellationToken).ConfigureAwait(false);

    /// <summary>Past the breaker: whether the provider answers is not what the breaker believes of it.</summary>
    async Task<HealthFinding> IHealthContributor.LookAsync(HealthSurvey survey, ProviderRole role) =>
        (await survey.LookAsync(Inner, role).ConfigureAwait(false)).WithFirst(entry => entry with { Breaker = _pipelines.Breaker });

    private async Task<ImageInfo> PutSpooledAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var content = new ReplayableContent(request.Content, _options.SpoolLimit);
        await using (content.ConfigureAwait(false))
        {
            return await PutRepeatedAsync(request with { Content = content }, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<ImageInfo> PutRepeatedAsync(PutRequest request, CancellationToken cancellationToken) =>
        _saves.RepeatedAsync((Inner, request), static (call, time) => PutWatchedAsync(call.Inner, call.request, time), cancellationToken, request.Content);

    private static Task<ImageInfo> PutWatchedAsync(IImageProvider inner, PutRequest request, AttemptTime time) =>
        inner.PutAsync(request with { Content = new WatchedContent(request.Content, time) }, time.Token);
}
