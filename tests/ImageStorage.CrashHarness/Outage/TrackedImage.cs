using System.Globalization;

namespace ImageStorage.CrashHarness.Outage;

/// <summary>
/// What was done to one image: version after version by one writer, each a save or a delete. What a reader may find is
/// whatever was acknowledged last before it began, or anything that was begun later.
/// </summary>
internal sealed class TrackedImage(ImageKey key)
{
    private readonly Lock _gate = new();
    private readonly List<bool> _isSave = [false];
    private int _acknowledged;

    public ImageKey Key { get; } = key;

    /// <summary>The last acknowledged version; 0 when there never was one.</summary>
    public int Acknowledged
    {
        get
        {
            lock (_gate)
            {
                return _acknowledged;
            }
        }
    }

    /// <summary>Begins a version; from now on readers may see it.</summary>
    public int Begin(bool isSave)
    {
        lock (_gate)
        {
            _isSave.Add(isSave);
            return _isSave.Count - 1;
        }
    }

    public void Acknowledge(int version)
    {
        lock (_gate)
        {
            _acknowledged = version;
        }
    }

    /// <summary>The name of a version's content, from which its bytes can be made again.</summary>
    public static string ContentOf(int version, long? length) =>
        length is null ? version.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{version}~{length}");

    /// <summary>What is wrong with what was found, or null when nothing is.</summary>
    /// <param name="acknowledged">What had been acknowledged when the look began.</param>
    /// <param name="content">The content that the record names; null when there was no image.</param>
    public string? Judge(int acknowledged, string? content)
    {
        lock (_gate)
        {
            var found = content is null ? 0 : int.Parse(content.Split('~')[0], CultureInfo.InvariantCulture);
            var isAllowed = content is null
                ? _isSave.FindIndex(acknowledged, isSave => !isSave) >= 0
                : found >= acknowledged && found < _isSave.Count && _isSave[found];
            return isAllowed ? null
                : $"image '{Key}': {(content is null ? "nothing was found" : $"version {found} was found")}, though version {acknowledged} ({(_isSave[acknowledged] ? "a save" : "no image")}) was acknowledged and {_isSave.Count - 1} begun";
        }
    }
}
