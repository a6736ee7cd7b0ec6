using System.Buffers.Binary;
using ImageStorage.Providers;

namespace ImageStorage.Formats;

/// <summary>
/// Walks the blocks of a GIF, from sub-block to sub-block, to the trailer. Sections below are of the specification of
/// version 89a. The header is known after the first image descriptor and its code size. Later frames can only raise the
/// largest area.
/// </summary>
/// <remarks>
/// The dimensions are those of the logical screen. Frames that reach beyond the screen exist in real files and are
/// accepted. Decoders enlarge their canvas for such frames, so the largest area includes every frame at its position. A
/// screen of zero width or height is refused, because decoders disagree about its size. Content that is cut off in or
/// after the first frame is accepted: decoders show the rest. The number of frames is the number of image descriptors,
/// and is certain only at the trailer: content that is cut off, or has bytes between its blocks, has no certain number.
/// </remarks>
internal sealed class GifScanner : HeaderScanner
{
    public const int SignatureSize = 6;

    private const int ScreenEnd = 13; // signature (section 17) and logical screen descriptor (18)
    private const int DescriptorSize = 10; // image descriptor with its separator (20)
    private const byte Extension = 0x21;
    private const byte ImageSeparator = 0x2C;
    private const byte Trailer = 0x3B;
    private const string FirstFrame = "the blocks before the first frame";

    // The specification has 2 to 8; old encoders wrote 1, and codes never have more than 12 bits (appendix F).
    private const int MaxCodeSize = 11;

    private Phase _phase;
    private ImageHeader _screen;
    private int _frames;
    private bool _hasStrayBytes;

    private enum Phase
    {
        Screen,
        Block,
        Descriptor,
        CodeSize,
        SubBlocks,
    }

    public static bool HasSignature(ReadOnlySpan<byte> head) => head.StartsWith("GIF89a"u8) || head.StartsWith("GIF87a"u8);

    protected override void Start()
    {
        (_frames, _hasStrayBytes) = (0, false);
        GoTo(Phase.Screen, 0, ScreenEnd, "the logical screen descriptor");
    }

    protected override void Step(ReadOnlySpan<byte> window)
    {
        switch (_phase)
        {
            case Phase.Screen:
                ReadScreen(window);
                break;
            case Phase.Block:
                ReadBlock(window);
                break;
            case Phase.Descriptor:
                ReadDescriptor(window);
                break;
            case Phase.CodeSize:
                ReadCodeSize(window[0]);
                break;
            default:
                SkipSubBlocks(window);
                break;
        }
    }

    protected override string CodeText(uint code) => $"0x{code:X2}";

    private void GoTo(Phase phase, long position, int need, string part = FirstFrame)
    {
        _phase = phase;
        Next(position, need, part);
    }

    private void ReadScreen(ReadOnlySpan<byte> head)
    {
        if (!HasSignature(head))
        {
            Refuse("the signature is neither GIF87a nor GIF89a");
            return;
        }

        _screen = new ImageHeader(BinaryPrimitives.ReadUInt16LittleEndian(head[6..]), BinaryPrimitives.ReadUInt16LittleEndian(head[8..]));
        if (_screen.PixelCount == 0)
        {
            Refuse($"the logical screen is {_screen.Width} x {_screen.Height}");
            return;
        }

        GoTo(Phase.Block, ScreenEnd + ColourTableSize(head[10]), 1);
    }

    private void ReadBlock(ReadOnlySpan<byte> window)
    {
        switch (window[0])
        {
            case ImageSeparator:
                GoTo(Phase.Descriptor, Position, DescriptorSize, "the first image descriptor");
                break;
            case Extension:
                GoTo(Phase.SubBlocks, Position + 2, 1); // introducer and label (section 23)
                break;
            case Trailer when IsComplete:
                SetFrameCount(_hasStrayBytes ? 0 : _frames);
                Finish();
                break;
            case Trailer:
                Refuse("it has no frame");
                break;
            case var _ when IsComplete:
                // Some decoders stop here, others continue at the next block. The limits must apply to that block, too.
                _hasStrayBytes = true;
                int next = window.IndexOfAny(ImageSeparator, Extension, Trailer);
                GoTo(Phase.Block, Position + (next < 0 ? window.Length : next), 1);
                break;
            default:
                Refuse($"at byte {Position} there is no block, but 0x{window[0]:X2}");
                break;
        }
    }

    private void ReadDescriptor(ReadOnlySpan<byte> descriptor)
    {
        int left = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[1..]);
        int top = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[3..]);
        int width = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[5..]);
        int height = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[7..]);
        if (!IsComplete && (width == 0 || height == 0))
        {
            Refuse($"the first frame is {width} x {height}");
            return;
        }

        _frames++;
        Allocates(new ImageHeader(Math.Max(_screen.Width, left + width), Math.Max(_screen.Height, top + height)));
        GoTo(Phase.CodeSize, Position + DescriptorSize + ColourTableSize(descriptor[9]), 1, "the colours of the first frame");
    }

    private void ReadCodeSize(byte codeSize)
    {
        if (!IsComplete && codeSize is (< 1 or > MaxCodeSize))
        {
            Refuse($"the code size {codeSize} of the first frame is not from 1 to {MaxCodeSize}");
            return;
        }

        Complete(_screen);
        GoTo(Phase.SubBlocks, Position + 1, 1);
    }

    /// <summary>Skips sub-blocks: a length and that number of bytes, until a length of 0 (15, 16).</summary>
    private void SkipSubBlocks(ReadOnlySpan<byte> window)
    {
        int at = 0;
        while (at < window.Length)
        {
            int size = window[at];
            at += 1 + size;
            if (size == 0)
            {
                GoTo(Phase.Block, Position + at, 1);
                return;
            }
        }

        GoTo(Phase.SubBlocks, Position + at, 1);
    }

    /// <summary>
    /// Returns the number of bytes of the colour table of a packed field: the flag in bit 7, 2^(n+1) colours in bits 0
    /// to 2 (18, 20).
    /// </summary>
    private static int ColourTableSize(byte packed) => (packed & 0x80) == 0 ? 0 : 3 << ((packed & 0x07) + 1);
}
