using ImageStorage;
using SkiaSharp;

namespace QuickStart;

/// <summary>The pictures to store: those of a folder, or some that are painted here.</summary>
internal static class Pictures
{
    /// <summary>Every file of a folder and the folders below it, whatever it is: the store decides what is an image.</summary>
    public static List<Picture> In(string folder) =>
    [
        .. from path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
           let name = Path.GetRelativePath(folder, path)
           select new Picture(name, ToKey(name), () => File.OpenRead(path)),
    ];

    /// <summary>Seven pictures in three formats.</summary>
    public static List<Picture> Make() =>
    [
        Painted("dawn.jpg", 1600, 900, SKEncodedImageFormat.Jpeg, 0xFF1B2A6B, 0xFFFFB26B),
        Painted("noon.jpg", 1600, 900, SKEncodedImageFormat.Jpeg, 0xFF2F80ED, 0xFFE8F6FF),
        Painted("dusk.jpg", 1600, 900, SKEncodedImageFormat.Jpeg, 0xFF3A1C71, 0xFFFF6F61),
        Painted("meadow.png", 800, 600, SKEncodedImageFormat.Png, 0xFF9BE15D, 0xFF00765A),
        Painted("embers.png", 800, 600, SKEncodedImageFormat.Png, 0xFF2B0B0B, 0xFFFF5A1F),
        Painted("lagoon.webp", 1200, 800, SKEncodedImageFormat.Webp, 0xFF00C9A7, 0xFF0B3C5D),
        Painted("orchid.webp", 1200, 800, SKEncodedImageFormat.Webp, 0xFFF9D6FF, 0xFF8E2DE2),
    ];

    // Not every name of a file is a key; one that is not gets a key that sorts by time.
    private static ImageKey ToKey(string name) => ImageKey.TryParse(name.Replace(Path.DirectorySeparatorChar, '/').Normalize(), out var key) ? key : ImageKey.New();

    private static Picture Painted(string name, int width, int height, SKEncodedImageFormat format, uint top, uint bottom)
    {
        var bytes = Paint(width, height, format, top, bottom);
        return new Picture(name, $"gallery/{name}", () => new MemoryStream(bytes, writable: false));
    }

    private static byte[] Paint(int width, int height, SKEncodedImageFormat format, SKColor top, SKColor bottom)
    {
        using var bitmap = new SKBitmap(width, height);
        using var canvas = new SKCanvas(bitmap);
        using var sky = new SKPaint { Shader = SKShader.CreateLinearGradient(default, new SKPoint(0, height), [top, bottom], SKShaderTileMode.Clamp) };
        canvas.DrawPaint(sky);

        // A pale sun, and hills that grow darker as they come nearer.
        using var sun = new SKPaint { Color = SKColors.White.WithAlpha(190), IsAntialias = true };
        canvas.DrawCircle(width * 0.7f, height * 0.35f, height * 0.12f, sun);
        for (var hill = 0; hill < 4; hill++)
        {
            using var paint = new SKPaint { Color = SKColors.Black.WithAlpha((byte)(40 + (hill * 30))), IsAntialias = true };
            canvas.DrawOval(width * (0.1f + (hill * 0.3f)), height * (1.05f + (hill * 0.03f)), width * 0.42f, height * 0.42f, paint);
        }

        using var encoded = bitmap.Encode(format, quality: 90);
        return encoded.ToArray();
    }
}
