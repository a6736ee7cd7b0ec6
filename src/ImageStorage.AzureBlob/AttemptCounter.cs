using Azure.Core;
using Azure.Core.Pipeline;

namespace ImageStorage.AzureBlob;

/// <summary>
/// Counts how often the client sent a request. Whoever is told that something is not there needs to know whether an earlier
/// attempt of the same request may have removed it, with its answer lost.
/// </summary>
internal sealed class AttemptCounter : HttpPipelineSynchronousPolicy
{
    private static readonly AsyncLocal<AttemptCount?> Current = new();

    private AttemptCounter()
    {
    }

    public static AttemptCounter Instance { get; } = new();

    /// <summary>Counts the attempts of the requests that are made from here on in this flow of execution.</summary>
    public static AttemptCount Start() => Current.Value = new AttemptCount();

    public override void OnSendingRequest(HttpMessage message) => Current.Value?.Add();
}
