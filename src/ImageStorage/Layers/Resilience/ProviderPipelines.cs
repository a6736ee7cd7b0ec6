using ImageStorage.Providers;
using Microsoft.Extensions.Logging;
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

    /// <summary>Creates the pipelines.</summary>
    /// <param name="options">The options.</param>
    /// <param name="clock">Measures times.</param>
    /// <param name="provider">The name of the provider, for the log.</param>
    /// <param name="exceeded">Is told of each attempt that has exceeded its time limit.</param>
    /// <param name="logger">The log.</param>
    public ProviderPipelines(ResilienceOptions options, TimeProvider clock, string provider, Action exceeded, ILogger logger)
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
                OnOpened = args =>
                {
                    Log.BreakerOpened(logger, provider, args.BreakDuration.TotalSeconds);
                    return ValueTask.CompletedTask;
                },
                OnClosed = _ =>
                {
                    Log.BreakerClosed(logger, provider);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
        Call = new AttemptKind(breaker, new AttemptTimerPool(options.CallTimeout, options.AttemptTimeout, clock, exceeded), options.CallTimeout);

        // The source of a save may be slow, so an attempt may take as long as the call, but not stall: it records its
        // progress.
        Save = new AttemptKind(breaker, new AttemptTimerPool(options.SaveTimeout, options.AttemptTimeout, clock, exceeded), options.SaveTimeout);
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
                OnRetry = args =>
                {
                    Log.CallRepeated(logger, provider, args.AttemptNumber + 1, args.Outcome.Exception?.GetType().Name ?? "none");
                    return ValueTask.CompletedTask;
                },
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
