using ImageStorage.Diagnostics;
using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Resilience;

/// <summary>
/// Limits the time of the calls of one provider, repeats calls that may safely happen twice after a transient failure,
/// and stops calling while too many calls fail. A conditional write is made once: after a lost answer, its repetition
/// would find its own effect and report a conflict. A delete is made once: its repetition would report that the image
/// did not exist.
/// </summary>
internal sealed class ResilienceProvider : DelegatingImageProvider, IHealthContributor, IBreakerSource, ICopyProvider
{
    private readonly ProviderPipelines _pipelines;
    private readonly ResilienceCalls _calls;
    private readonly ResilienceCalls _saves;
    private readonly ResilienceOptions _options;
    private ResilientDocumentStore? _documents;

    public ResilienceProvider(IImageProvider inner, ResilienceOptions options, TimeProvider clock, ILogger? logger = null)
        : base(inner)
    {
        // The instrumentation inside of this layer cannot distinguish its time limit from a caller that cancels.
        var recorder = inner.GetAbility<IMeasuredPart>()?.Recorder;
        (_options, _pipelines) = (options, new ProviderPipelines(options, clock, inner.Name, () => recorder?.RecordTimeout(), logger ?? NullLogger.Instance));
        _calls = new ResilienceCalls(_pipelines, _pipelines.Call, Name);
        _saves = new ResilienceCalls(_pipelines, _pipelines.Save, Name);
    }

    public BreakerState Breaker => _pipelines.Breaker;

    public override IDocumentStore Documents => _documents ??= new ResilientDocumentStore(Inner.Documents, _calls);

    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        request.Precondition is not null || request.CommitsOnce || _options.MaxRetries == 0
            ? _saves.OnceAsync((Inner, request), static (call, timer) => PutWatchedAsync(call.Inner, call.request, timer), cancellationToken)
            : request.Content is { CanRewind: false } ? PutSpooledAsync(request, cancellationToken) : PutRepeatedAsync(request, cancellationToken);

    /// <summary>
    /// Copies an image, once: a copy is conditional on the version of its source. A copy inside the provider shows no
    /// progress, so only the limit of the attempt counts.
    /// </summary>
    public Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default) =>
        _saves.OnceAsync((Inner, request), static (call, timer) => CopyOnceAsync(call.Inner, call.request, timer), cancellationToken);

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        _calls.RepeatedAsync((Inner, key, options), static (call, timer) => call.Inner.OpenReadAsync(call.key, call.options, timer.Token), cancellationToken);

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        _calls.RepeatedAsync((Inner, key), static (call, timer) => call.Inner.GetInfoAsync(call.key, timer.Token), cancellationToken);

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) =>
        update.Precondition is null
            ? _calls.RepeatedAsync((Inner, key, update), static (call, timer) => call.Inner.UpdateAsync(call.key, call.update, timer.Token), cancellationToken)
            : _calls.OnceAsync((Inner, key, update), static (call, timer) => call.Inner.UpdateAsync(call.key, call.update, timer.Token), cancellationToken);

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        _calls.OnceAsync((Inner, key, options), static (call, timer) => call.Inner.DeleteAsync(call.key, call.options, timer.Token), cancellationToken);

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) =>
        _calls.RepeatedAsync((Inner, query), static (call, timer) => call.Inner.ListAsync(call.query, timer.Token), cancellationToken);

    public override Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) =>
        _calls.RepeatedAsync(Inner, static (inner, timer) => inner.GetUsageAsync(timer.Token), cancellationToken);

    public override async Task CheckAsync(CancellationToken cancellationToken = default) => await _calls.OnceAsync(
        Inner,
        static async (inner, timer) =>
        {
            await inner.CheckAsync(timer.Token).ConfigureAwait(false);
            return true;
        },
        cancellationToken).ConfigureAwait(false);

    // Each ability is called once and without a limit of time: a transaction limits and repeats its own calls, and an
    // upload of unknown length has no limit that fits.
    protected override bool PassesOn(Type ability) => true;

    /// <summary>
    /// Examines the provider without the breaker: whether a provider answers does not depend on the state of the
    /// breaker.
    /// </summary>
    async Task<HealthFinding> IHealthContributor.SurveyAsync(HealthSurvey survey, StorePart part) =>
        (await survey.SurveyAsync(Inner, part).ConfigureAwait(false)).WithFirst(entry => entry with { Breaker = _pipelines.Breaker });

    private async Task<ImageInfo> PutSpooledAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var content = new ReplayableContent(request.Content, _options.SpoolLimit);
        await using (content.ConfigureAwait(false))
        {
            return await PutRepeatedAsync(request with { Content = content }, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<ImageInfo> PutRepeatedAsync(PutRequest request, CancellationToken cancellationToken) =>
        _saves.RepeatedAsync((Inner, request), static (call, timer) => PutWatchedAsync(call.Inner, call.request, timer), cancellationToken, request.Content);

    private static Task<ImageInfo> CopyOnceAsync(IImageProvider inner, CopyRequest request, AttemptTimer timer)
    {
        timer.BeginReading();
        return inner.CopyAsync(request, timer.Token);
    }

    private static Task<ImageInfo> PutWatchedAsync(IImageProvider inner, PutRequest request, AttemptTimer timer) =>
        inner.PutAsync(
            request with
            {
                Content = new ProgressContent(request.Content, timer),
                BeforeCommit = request.BeforeCommit is { } beforeCommit ? (info, cancellationToken) => CallAsync(beforeCommit, info, timer, cancellationToken) : null,
            },
            timer.Token);

    // The callback is the caller's, as the source is: its time is not the provider's.
    private static async ValueTask CallAsync(Func<ImageInfo, CancellationToken, ValueTask> beforeCommit, ImageInfo info, AttemptTimer timer, CancellationToken cancellationToken)
    {
        timer.BeginReading();
        try
        {
            await beforeCommit(info, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            timer.EndReading(0);
        }
    }
}
