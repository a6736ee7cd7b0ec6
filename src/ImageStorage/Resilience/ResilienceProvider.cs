using ImageStorage.Content;
using ImageStorage.Documents;
using ImageStorage.Health;
using ImageStorage.Listing;
using ImageStorage.Providers;
using Polly.Timeout;

namespace ImageStorage.Resilience;

/// <summary>
/// Limits the calls of one provider in time, repeats those that may safely happen twice after a transient failure, and stops
/// asking for a while when too many fail. A conditional write is made once: after a lost answer its repetition would find its own
/// effect and report a conflict. A delete is made once: its repetition would answer that there was nothing.
/// </summary>
internal sealed class ResilienceProvider(IImageProvider inner, ResilienceOptions options, TimeProvider clock) : DelegatingImageProvider(inner), IHealthContributor
{
    private readonly ProviderPipelines _pipelines = new(options, clock);
    private ResilientDocumentStore? _documents;

    public override IDocumentStore Documents => _documents ??= new ResilientDocumentStore(Inner.Documents, _pipelines, Name);

    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        if (request.Precondition is not null || options.MaxRetries == 0)
        {
            return ResilienceCalls.RunAsync(_pipelines.SaveOnce, Name, (Provider: this, request), static (call, token) => call.Provider.PutWatchedAsync(call.request, token), cancellationToken);
        }

        return request.Content is { CanRewind: false } ? PutSpooledAsync(request, cancellationToken) : PutRepeatedAsync(request, cancellationToken);
    }

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        ResilienceCalls.RunAsync(_pipelines.Repeated, Name, (Inner, key, options), static (call, token) => call.Inner.OpenReadAsync(call.key, call.options, token), cancellationToken);

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        ResilienceCalls.RunAsync(_pipelines.Repeated, Name, (Inner, key), static (call, token) => call.Inner.GetInfoAsync(call.key, token), cancellationToken);

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default) =>
        ResilienceCalls.RunAsync(update.Precondition is null ? _pipelines.Repeated : _pipelines.Once, Name, (Inner, key, update), static (call, token) => call.Inner.UpdateAsync(call.key, call.update, token), cancellationToken);

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        ResilienceCalls.RunAsync(_pipelines.Once, Name, (Inner, key, options), static (call, token) => call.Inner.DeleteAsync(call.key, call.options, token), cancellationToken);

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) =>
        ResilienceCalls.RunAsync(_pipelines.Repeated, Name, (Inner, query), static (call, token) => call.Inner.ListAsync(call.query, token), cancellationToken);

    public override Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) =>
        ResilienceCalls.RunAsync(_pipelines.Repeated, Name, Inner, static (inner, token) => inner.GetUsageAsync(token), cancellationToken);

    public override async Task CheckAsync(CancellationToken cancellationToken = default) => await ResilienceCalls.RunAsync(
        _pipelines.Once,
        Name,
        Inner,
        static async (inner, token) =>
        {
            await inner.CheckAsync(token).ConfigureAwait(false);
            return true;
        },
        cancellationToken).ConfigureAwait(false);

    /// <summary>Past the breaker: whether the provider answers is not what the breaker believes of it.</summary>
    async Task<HealthFinding> IHealthContributor.LookAsync(HealthSurvey survey, ProviderRole role) =>
        (await survey.LookAsync(Inner, role).ConfigureAwait(false)).WithFirst(entry => entry with { Breaker = _pipelines.Breaker });

    private async Task<ImageInfo> PutSpooledAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var content = new ReplayableContent(request.Content, options.SpoolLimit);
        await using (content.ConfigureAwait(false))
        {
            return await PutRepeatedAsync(request with { Content = content }, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<ImageInfo> PutRepeatedAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var isFirst = true;
        return ResilienceCalls.RunAsync(_pipelines.SaveRepeated, Name, (Provider: this, request), async (call, token) =>
        {
            if (!isFirst)
            {
                await call.request.Content.RewindAsync(token).ConfigureAwait(false);
            }

            isFirst = false;
            return await call.Provider.PutWatchedAsync(call.request, token).ConfigureAwait(false);
        }, cancellationToken, request.Content);
    }

    /// <summary>One attempt of a save, given up when it stalls.</summary>
    private async Task<ImageInfo> PutWatchedAsync(PutRequest request, CancellationToken cancellationToken)
    {
        using var content = new WatchedContent(request.Content, options.AttemptTimeout, clock, cancellationToken);
        try
        {
            return await Inner.PutAsync(request with { Content = content }, content.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (content.Token.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutRejectedException("The save has stalled.", content.Limit, exception);
        }
    }
}
