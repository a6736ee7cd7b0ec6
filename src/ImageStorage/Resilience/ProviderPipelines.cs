using ImageStorage.Content;
using ImageStorage.Errors;
using ImageStorage.Health;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace ImageStorage.Resilience;

/// <summary>
/// How calls of one provider are made. The first attempt goes through few stages, as each costs every call of a provider that is well; only when it fails
/// is the call handed to the stage that repeats it. One circuit breaker for all.
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
        var breaker = new CircuitBreakerStrategyOptions
        {
            FailureRatio = options.BreakerFailureRatio,
            MinimumThroughput = options.BreakerMinimumCalls,
            SamplingDuration = options.BreakerSamplingDuration,
            BreakDuration = options.BreakDuration,
            StateProvider = State,
            ShouldHandle = args => ValueTask.FromResult(IsOutage(args.Outcome.Exception)),
        };
        var asked = Builder().AddCircuitBreaker(breaker).Build();
        Call = Builder().AddPipeline(asked).AddTimeout(options.AttemptTimeout < options.CallTimeout ? options.AttemptTimeout : options.CallTimeout).Build();

        // An attempt of a save has no limit of its own but that of the whole, as its source may be slow: see WatchedContent.
        Save = Builder().AddTimeout(options.SaveTimeout).AddPipeline(asked).Build();
        Repeat = options.MaxRetries == 0 ? ResiliencePipeline.Empty : Builder()
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

        ResiliencePipelineBuilder Builder() => new() { TimeProvider = clock };
    }

    public CircuitBreakerStateProvider State { get; } = new();

    /// <summary>The state of the circuit breaker, for people.</summary>
    public BreakerState Breaker => State.CircuitState switch
    {
        CircuitState.Closed => BreakerState.Closed,
        CircuitState.HalfOpen => BreakerState.HalfOpen,
        _ => BreakerState.Open,
    };

    /// <summary>One attempt of a call that moves no image.</summary>
    public ResiliencePipeline Call { get; }

    /// <summary>One attempt of a save.</summary>
    public ResiliencePipeline Save { get; }

    /// <summary>Repeats a call whose first attempt has failed; in a context of <see cref="Prepare"/>.</summary>
    public ResiliencePipeline Repeat { get; }

    public long Now() => _clock.GetTimestamp();

    /// <summary>The time that a call has with all its attempts.</summary>
    public TimeSpan LimitOf(ResiliencePipeline attempt) => attempt == Save ? _options.SaveTimeout : _options.CallTimeout;

    /// <summary>What is left of the time of a call that began at <paramref name="start"/>.</summary>
    public TimeSpan LeftOf(ResiliencePipeline attempt, long start) => LimitOf(attempt) - _clock.GetElapsedTime(start);

    /// <summary>Does another attempt make sense after this failure? Not for content that cannot be read again.</summary>
    public bool IsWorthRepeating(Exception? exception, ImageContent? content) =>
        _options.MaxRetries > 0 && IsOutage(exception) && (_options.RepeatAfterTimeout || exception is not TimeoutRejectedException) && content is null or { CanRewind: true };

    public static void Prepare(ResilienceContext context, TimeSpan left, ImageContent? content)
    {
        context.Properties.Set(Left, left);
        context.Properties.Set(Content, content);
    }

    private static bool IsOutage(Exception? exception) => exception is StorageUnavailableException { IsTransient: true } or TimeoutRejectedException;
}
