using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace ImageStorage.Providers;

/// <content>A walk, which is intercepted like a listing: one call for each group of images.</content>
public abstract partial class InterceptingImageProvider
{
    private sealed class InterceptedWalk(InterceptingImageProvider layer, IImageWalk inner) : IImageWalk
    {
        public async IAsyncEnumerable<WalkedImage> WalkAsync(WalkOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var images = inner.WalkAsync(options, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (images.ConfigureAwait(false))
            {
                var steps = new WalkSteps(images);
                while (await layer.InterceptAsync(new(ProviderOperation.List), steps, static (steps, _) => steps.MoveNextAsync(), cancellationToken).ConfigureAwait(false))
                {
                    foreach (var image in steps.Current)
                    {
                        yield return image;
                    }
                }
            }
        }
    }

    /// <summary>
    /// The steps of one walk. A step after a failure fails in the same way, so that a walk that broke off never looks
    /// complete. The images before the failure are returned first.
    /// </summary>
    private sealed class WalkSteps(IAsyncEnumerator<WalkedImage> images)
    {
        private const int Length = 256;

        private ExceptionDispatchInfo? _failure;

        public List<WalkedImage> Current { get; } = new(Length);

        public async Task<bool> MoveNextAsync()
        {
            Current.Clear();
            _failure?.Throw();
            try
            {
                while (Current.Count < Length && await images.MoveNextAsync().ConfigureAwait(false))
                {
                    Current.Add(images.Current);
                }
            }
            catch (Exception exception)
            {
                // The boundary of the provider.
                _failure = ExceptionDispatchInfo.Capture(exception);
                if (Current.Count == 0)
                {
                    throw;
                }
            }

            return Current.Count > 0;
        }
    }
}
