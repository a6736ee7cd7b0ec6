namespace ImageStorage.Formats;

/// <content>Reads application segments: the orientation (EXIF) and the multi-picture index (MPF).</content>
internal sealed partial class JpegScanner
{
    /// <summary>
    /// Goes to the data of an application segment that is read. Programs that edit a file may put other segments before
    /// EXIF, so each APP1 is tried until an orientation is known.
    /// </summary>
    /// <returns>False for a segment that is not read.</returns>
    private bool TryGoToMetadata(int length)
    {
        switch (_marker)
        {
            case App1 when length >= 2 + ExifOrientation.HeadSize && Orientation is null:
                _exif.Begin(needsIdentifier: true);
                GoTo(Phase.Exif, Position + 2, ExifOrientation.HeadSize);
                return true;
            case App2 when length > 2 + JpegPictureIndex.HeadSize && _pictures.IsEmpty:
                _pictures.Begin();
                GoTo(Phase.Pictures, Position + 2, JpegPictureIndex.HeadSize);
                return true;
            default:
                return false;
        }
    }

    private void ReadExif(ReadOnlySpan<byte> window)
    {
        if (_exif.Read(window, Position, _segmentEnd, out long position, out int need))
        {
            GoTo(Phase.Exif, position, need);
        }
        else
        {
            Orientation = _exif.Value;
            GoToNextSegment();
        }
    }

    private void ReadPictures(ReadOnlySpan<byte> window)
    {
        switch (_pictures.Read(window, Position, _segmentEnd, out long position, out int need))
        {
            case true:
                GoTo(Phase.Pictures, position, need);
                break;
            case false:
                GoToNextSegment();
                break;
            default:
                Refuse($"its multi-picture index (MPF) names more than {JpegPictureIndex.MaxPictures} images");
                break;
        }
    }
}
