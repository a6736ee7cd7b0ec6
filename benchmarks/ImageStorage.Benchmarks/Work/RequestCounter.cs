using Azure.Core;
using Azure.Core.Pipeline;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Counts the requests that a client sends.</summary>
internal sealed class RequestCounter : HttpPipelineSynchronousPolicy
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public override void OnSendingRequest(HttpMessage message) => Interlocked.Increment(ref _count);
}
