import io.xlate.edi.schema.Schema;
import io.xlate.edi.schema.SchemaFactory;
import io.xlate.edi.stream.EDIInputFactory;
import io.xlate.edi.stream.EDIStreamReader;
import io.xlate.edi.stream.EDIStreamEvent;
import io.xlate.edi.stream.Location;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads documents from a file and prints what StAEDI says of each. Arguments: the directory of the
 * schemas, and a file with, for each document, a line of its name, the schema of each of its sets
 * (in order, - for none) and its length, tab between, and then its bytes.
 */
public class Driver {
	private final String dir;
	private final Map<String, Schema> schemas = new HashMap<>();
	private final PrintStream out = new PrintStream(new java.io.BufferedOutputStream(System.out, 1 << 16), false, StandardCharsets.UTF_8);

	Driver(String dir) {
		this.dir = dir;
	}

	public static void main(String[] args) throws Exception {
		Driver d = new Driver(args[0]);
		try (DataInputStream in = new DataInputStream(new BufferedInputStream(new FileInputStream(args[1])))) {
			for (String line; (line = line(in)) != null;) {
				String[] words = line.split("\t");
				byte[] text = new byte[Integer.parseInt(words[2])];
				in.readFully(text);
				d.out.println("= " + words[0]);
				d.read(text, words[1].split(","));
			}
		}
		d.out.flush();
	}

	private static String line(DataInputStream in) throws Exception {
		StringBuilder b = new StringBuilder();
		for (int c; (c = in.read()) != '\n'; b.append((char) c)) {
			if (c < 0) {
				return null;
			}
		}
		return b.toString();
	}

	private Schema schema(String name) throws Exception {
		if (!schemas.containsKey(name)) {
			schemas.put(name, SchemaFactory.newFactory().createSchema(new FileInputStream(new File(dir, name + ".xml"))));
		}
		return schemas.get(name);
	}

	private void read(byte[] text, String[] sets) {
		int set = 0;
		int first = 0; // number of the ST in the file
		try {
			EDIStreamReader r = EDIInputFactory.newFactory().createEDIStreamReader(new ByteArrayInputStream(text), "ISO-8859-1");
			while (r.hasNext()) {
				EDIStreamEvent e = r.next();
				Location at = r.getLocation();
				switch (e) {
				case START_TRANSACTION:
					first = at.getSegmentPosition();
					if (set < sets.length && !sets[set].equals("-")) {
						r.setTransactionSchema(schema(sets[set]));
					}
					set++;
					break;
				case SEGMENT_ERROR:
				case ELEMENT_DATA_ERROR:
				case ELEMENT_OCCURRENCE_ERROR:
					String segment = e == EDIStreamEvent.SEGMENT_ERROR ? r.getText() : at.getSegmentTag();
					out.println(r.getErrorType() + "\t" + (at.getSegmentPosition() - first + 1) + "\t" + segment
						+ "\t" + Math.max(at.getElementPosition(), 0) + "\t" + Math.max(at.getComponentPosition(), 0));
					break;
				default:
				}
			}
			r.close();
		} catch (Exception e) {
			out.println("EXCEPTION\t0\t" + e.getClass().getSimpleName() + ": " + e.getMessage().replace("\n", " ").replace("\t", " ") + "\t0\t0");
		}
	}
}
