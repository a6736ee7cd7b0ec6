using ImageStorage.Providers;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace ImageStorage.Resilience;

/// <summary>
/// The pipelines of the calls of one provider, with one circuit breaker. The first attempt passes few stages, because
/// each stage costs every call of a healthy provider. Only a call whose first attempt has failed enters the retry
/// stage.
/// </summary>
internal sealed class ProviderPipelines
{
    private static readonly ResiliencePropertyKey<TimeSpan> Left = new("ImageStorage.Left");
    private static readonly ResiliencePropertyKey<ImageContent?> Content = new("ImageStorage.Content");
    private readonly ResilienceOptions _options;
    private readonly TimeProvider _clock;

    public ProviderPipelines(ResilienceOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        var breaker = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = options.BreakerFailureRatio,
                MinimumThroughput = options.BreakerMinimumCalls,
                SamplingDuration = options.BreakerSamplingDuration,
                BreakDuration = options.BreakDuration,
                StateProvider = State,
                ShouldHandle = args => ValueTask.FromResult(IsOutage(args.Outcome.Exception)),
            })
            .Build();
        Call = new AttemptKind(breaker, new AttemptTimerPool(options.CallTimeout, options.AttemptTimeout, clock), options.CallTimeout);

        // The source of a save may be slow, so an attempt may take as long as the call, but not stall: it records its
        // progress.
        Save = new AttemptKind(breaker, new AttemptTimerPool(options.SaveTimeout, options.AttemptTimeout, clock), options.SaveTimeout);
        Repeat = options.MaxRetries == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = args => ValueTask.FromResult(args.Context.Properties.GetValue(Left, TimeSpan.Zero)) })
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                ShouldHandle = args => ValueTask.FromResult(IsWorthRepeating(args.Outcome.Exception, args.Context.Properties.GetValue(Content, null))),
            })
            .Build();
    }

    public CircuitBreakerStateProvider State { get; } = new();

    /// <summary>Gets the state of the circuit breaker.</summary>
    public BreakerState Breaker => State.CircuitState switch
    {
        CircuitState.Closed => BreakerState.Closed,
        CircuitState.HalfOpen => BreakerState.HalfOpen,
        _ => BreakerState.Open,
    };

    /// <summary>Gets the kind of calls that move no image.</summary>
    public AttemptKind Call { get; }

    /// <summary>Gets the kind of saves.</summary>
    public AttemptKind Save { get; }

    /// <summary>
    /// Gets the retry stage, for a call whose first attempt has failed, in a context of <see cref="Prepare"/>.
    /// </summary>
    public ResiliencePipeline Repeat { get; }

    public long Now() => _clock.GetTimestamp();

    public TimeSpan Elapsed(long since) => _clock.GetElapsedTime(since);

    /// <summary>
    /// Returns whether another attempt makes sense after a failure. Content that cannot be read again excludes it.
    /// </summary>
    public bool IsWorthRepeating(Exception? exception, ImageContent? content) =>
        _options.MaxRetries > 0 && IsOutage(exception) && (_options.RepeatAfterTimeout || exception is not TimeoutRejectedException) && content is null or { CanRewind: true };

    public static void Prepare(ResilienceContext context, TimeSpan left, ImageContent? content)
    {
        context.Properties.Set(Left, left);
        context.Properties.Set(Content, content);
    }

    private static bool IsOutage(Exception? exception) => exception is StorageUnavailableException { IsTransient: true } or TimeoutRejectedException;
}
