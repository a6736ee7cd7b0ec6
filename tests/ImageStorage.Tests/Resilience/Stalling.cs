using ImageStorage.Providers;

namespace ImageStorage.Tests.Resilience;

/// <summary>Takes all of an image and then, if asked to, neither ends nor fails, as a server does whose network is gone.</summary>
internal sealed class Stalling(Func<bool> stalls, SemaphoreSlim stalled) : DelegatingImageProvider(new InMemoryImageProvider())
{
    public override async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        if (!stalls())
        {
            return await Inner.PutAsync(request, cancellationToken);
        }

        while (!(await request.Content.ReadAsync(cancellationToken)).IsEmpty)
        {
        }

        stalled.Release();
        await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        throw new InvalidOperationException("The wait has no other end.");
    }
}
