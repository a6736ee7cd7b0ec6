using ImageStorage;

namespace QuickStart;

/// <summary>Provides the pictures to store: the files of a folder, or pictures that the sample paints.</summary>
internal static class Pictures
{
    /// <summary>Returns every file of a folder and of the folders below it: the store decides what is an image.</summary>
    public static List<Picture> In(string folder) =>
    [
        .. from path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
           let name = Path.GetRelativePath(folder, path)
           select new Picture(name, ToKey(name), () => File.OpenRead(path)),
    ];

    /// <summary>Paints five landscapes.</summary>
    public static List<Picture> Paint() =>
    [
        Painted("dawn.png", 1600, 900, (27, 42, 107), (255, 178, 107)),
        Painted("noon.png", 1600, 900, (47, 128, 237), (232, 246, 255)),
        Painted("dusk.png", 1600, 900, (58, 28, 113), (255, 111, 97)),
        Painted("meadow.png", 800, 600, (155, 225, 93), (0, 118, 90)),
        Painted("lagoon.png", 1200, 800, (0, 201, 167), (11, 60, 93)),
    ];

    // A file name may break a rule of keys; such a file gets a key that sorts by time.
    private static ImageKey ToKey(string name) => ImageKey.TryParse(name.Replace(Path.DirectorySeparatorChar, '/').Normalize(), out var key) ? key : ImageKey.New();

    private static Picture Painted(string name, int width, int height, (int R, int G, int B) top, (int R, int G, int B) bottom)
    {
        var bytes = PngWriter.Write(width, height, (x, y) => Landscape((double)x / width, (double)y / height, (double)width / height, top, bottom));
        return new Picture(name, $"gallery/{name}", () => new MemoryStream(bytes, writable: false));
    }

    /// <summary>Paints a sky that changes from top to bottom, a pale sun, and hills that get darker towards the front.</summary>
    private static (byte R, byte G, byte B) Landscape(double x, double y, double ratio, (int R, int G, int B) top, (int R, int G, int B) bottom)
    {
        var (r, g, b) = (Mix(top.R, bottom.R, y), Mix(top.G, bottom.G, y), Mix(top.B, bottom.B, y));
        if (Math.Pow((x - 0.7) * ratio, 2) + Math.Pow(y - 0.35, 2) < 0.0144)
        {
            (r, g, b) = (Mix(r, 255, 0.75), Mix(g, 255, 0.75), Mix(b, 255, 0.75));
        }

        for (var hill = 0; hill < 4; hill++)
        {
            if (y > 0.72 + (hill * 0.07) + (0.05 * Math.Sin((x * 5) + (hill * 2))))
            {
                (r, g, b) = (Mix(r, 0, 0.25), Mix(g, 0, 0.25), Mix(b, 0, 0.25));
            }
        }

        return ((byte)r, (byte)g, (byte)b);
    }

    private static int Mix(int from, int to, double share) => (int)(from + ((to - from) * share));
}
