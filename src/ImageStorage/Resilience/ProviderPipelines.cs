using ImageStorage.Content;
using ImageStorage.Errors;
using ImageStorage.Health;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace ImageStorage.Resilience;

/// <summary>The four ways in which calls of one provider are made: with or without repetition, moving an image or not. One circuit breaker for all.</summary>
internal sealed class ProviderPipelines
{
    /// <summary>The content of a save: one that cannot be read again is not repeated.</summary>
    public static readonly ResiliencePropertyKey<ImageContent?> Content = new("ImageStorage.Content");

    public ProviderPipelines(ResilienceOptions options, TimeProvider clock)
    {
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
        Once = Build(options.CallTimeout, 0, options.AttemptTimeout);
        Repeated = Build(options.CallTimeout, options.MaxRetries, options.AttemptTimeout);
        SaveOnce = Build(options.SaveTimeout, 0, null);
        SaveRepeated = Build(options.SaveTimeout, options.MaxRetries, null);

        // An attempt of a save has no limit of its own, as its source may be slow: see WatchedPut.
        ResiliencePipeline Build(TimeSpan whole, int retries, TimeSpan? attempt)
        {
            var builder = new ResiliencePipelineBuilder { TimeProvider = clock };
            if (whole != attempt)
            {
                builder.AddTimeout(whole);
            }

            if (retries > 0)
            {
                builder.AddRetry(new RetryStrategyOptions
                {
                    MaxRetryAttempts = retries,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = options.RetryDelay,
                    MaxDelay = options.MaxRetryDelay,
                    ShouldHandle = args => ValueTask.FromResult(IsOutage(args.Outcome.Exception)
                        && (options.RepeatAfterTimeout || args.Outcome.Exception is not TimeoutRejectedException)
                        && args.Context.Properties.GetValue(Content, null) is null or { CanRewind: true }),
                });
            }

            builder.AddPipeline(breaker);
            return (attempt is { } limit ? builder.AddTimeout(limit) : builder).Build();
        }
    }

    public CircuitBreakerStateProvider State { get; } = new();

    /// <summary>The state of the circuit breaker, for people.</summary>
    public BreakerState Breaker => State.CircuitState switch
    {
        CircuitState.Closed => BreakerState.Closed,
        CircuitState.HalfOpen => BreakerState.HalfOpen,
        _ => BreakerState.Open,
    };

    /// <summary>For what must not happen twice, or answers otherwise the second time: conditional writes, deletes.</summary>
    public ResiliencePipeline Once { get; }

    /// <summary>For reads and unconditional updates.</summary>
    public ResiliencePipeline Repeated { get; }

    /// <summary>For conditional saves.</summary>
    public ResiliencePipeline SaveOnce { get; }

    /// <summary>For unconditional saves.</summary>
    public ResiliencePipeline SaveRepeated { get; }

    private static bool IsOutage(Exception? exception) => exception is StorageUnavailableException { IsTransient: true } or TimeoutRejectedException;
}
