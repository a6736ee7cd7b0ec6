using Azure.Core;
using Azure.Core.Pipeline;

namespace ImageStorage.AzureBlob;

/// <summary>
/// Counts how often the client sends a request. When the service reports a missing blob, the caller must know whether
/// an earlier attempt of the same request may have removed the blob, with a lost response. A request that must not be sent
/// twice (<see cref="Providers.PutRequest.CommitsOnce"/>) fails at its second attempt.
/// </summary>
internal sealed class AttemptCounter : HttpPipelineSynchronousPolicy
{
    private static readonly AsyncLocal<AttemptCount?> Current = new();

    private AttemptCounter()
    {
    }

    /// <summary>Gets the policy for the pipeline of the client.</summary>
    public static AttemptCounter Instance { get; } = new();

    /// <summary>Starts to count the attempts of the following requests in this flow of execution.</summary>
    /// <param name="limit">The number of attempts after which a request fails; the default is no limit.</param>
    public static AttemptCount Start(int limit = int.MaxValue) => Current.Value = new AttemptCount(limit);

    public override void OnSendingRequest(HttpMessage message) => Current.Value?.Add();
}
