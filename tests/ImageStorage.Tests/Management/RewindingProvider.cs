using ImageStorage.Providers;

namespace ImageStorage.Tests.Management;

/// <summary>Reads some pieces of the content, rewinds, and then stores the image, as a retry does.</summary>
internal sealed class RewindingProvider(IImageProvider inner, int piecesBefore, Action? beforeRewind = null) : DelegatingImageProvider(inner)
{
    public Exception? FirstFailure { get; private set; }

    /// <summary>Gets the orientation and the number of frames of the request after the rewind.</summary>
    public (ImageOrientation? Orientation, int? FrameCount) AfterRewind { get; private set; }

    /// <summary>Reads up to a number of pieces.</summary>
    public static async Task DrainAsync(ImageContent content, int pieces)
    {
        for (var i = 0; i < pieces && !(await content.ReadAsync()).IsEmpty; i++)
        {
        }
    }

    public override async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            await DrainAsync(request.Content, piecesBefore);
        }
        catch (ImageValidationException exception)
        {
            FirstFailure = exception;
        }

        beforeRewind?.Invoke();
        await request.Content.RewindAsync(cancellationToken);
        AfterRewind = (request.Orientation, request.FrameCount);
        return await base.PutAsync(request, cancellationToken);
    }
}
