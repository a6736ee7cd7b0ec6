using System.Runtime.CompilerServices;
using ImageStorage.Providers;

namespace ImageStorage.Replication;

/// <summary>
/// Verifies all parts of a store as one: the images of all parts in the order of their keys, then the other findings of
/// each part. Each item names its part. An unavailable part ends the verification, which would not be complete.
/// </summary>
internal static class PartsVerification
{
    public static async IAsyncEnumerable<VerificationItem> VerifyAsync(IReadOnlyList<StorePart> parts, VerificationOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ofParts = parts.Select(part => new PartItems(part, options, cancellationToken)).ToList();
        try
        {
            foreach (var items in ofParts)
            {
                await items.MoveNextAsync().ConfigureAwait(false);
            }

            while (ofParts.Where(items => items.Current is { Kind: VerificationKind.Image }).MinBy(items => items.Current!.Name, StringComparer.Ordinal) is { } next)
            {
                yield return next.Current!;
                await next.MoveNextAsync().ConfigureAwait(false);
            }

            foreach (var items in ofParts)
            {
                while (items.Current is { } item)
                {
                    yield return item;
                    await items.MoveNextAsync().ConfigureAwait(false);
                }
            }
        }
        finally
        {
            foreach (var items in ofParts)
            {
                await items.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The items of one part.</summary>
    private sealed class PartItems(StorePart part, VerificationOptions? options, CancellationToken cancellationToken) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<VerificationItem> _items = part.Provider.VerifyAsync(options, cancellationToken).GetAsyncEnumerator(cancellationToken);

        /// <summary>Gets the current item; null at the end.</summary>
        public VerificationItem? Current { get; private set; }

        public async ValueTask MoveNextAsync() =>
            Current = await _items.MoveNextAsync().ConfigureAwait(false) ? _items.Current with { Part = part.Name } : null;

        public ValueTask DisposeAsync() => _items.DisposeAsync();
    }
}
